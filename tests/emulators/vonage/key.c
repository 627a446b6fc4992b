/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* RSA signatures, by OpenSSL: the server makes them with another library. Pure functions. */

#include "key.h"

#include "emu-error.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

struct _OffhookEmuKey {
	EVP_PKEY *public;
};

OffhookEmuKey *
offhook_emu_key_parse(const gchar *name, const gchar *pem, gsize length, GError **error)
{
	BIO *bio = BIO_new_mem_buf(pem, (int)MIN(length, 65536));
	EVP_PKEY *key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	OffhookEmuKey *self;

	if (key == NULL) {
		(void)BIO_reset(bio);
		key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	}
	BIO_free(bio);
	if (key == NULL || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) {
		EVP_PKEY_free(key);
		g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_USAGE,
			    "--key %s: expected an RSA key in PEM", name);
		return NULL;
	}
	self = g_new0(OffhookEmuKey, 1);
	self->public = key;
	return self;
}

OffhookEmuKey *
offhook_emu_key_read(const gchar *path, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autofree gchar *pem = NULL;
	gsize length;

	if (!g_file_get_contents(path, &pem, &length, &local)) {
		g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_USAGE, "--key: %s",
			    local->message);
		return NULL;
	}
	return offhook_emu_key_parse(path, pem, length, error);
}

void
offhook_emu_key_free(OffhookEmuKey *self)
{
	EVP_PKEY_free(self->public);
	g_free(self);
}

gboolean
offhook_emu_key_verify(const OffhookEmuKey *self, const gchar *text, gsize length,
		       const guint8 *signature, gsize signature_length)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	gboolean good =
	    EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, self->public) == 1 &&
	    EVP_DigestVerify(context, signature, signature_length, (const guint8 *)text, length) ==
		1;

	EVP_MD_CTX_free(context);
	return good;
}
