/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>

/* A fresh RSA key, and both of its halves in PEM. */
static inline EVP_PKEY *
make_key(gchar **private, gchar **public)
{
	EVP_PKEY *pair = EVP_RSA_gen(2048);
	BIO *bio = BIO_new(BIO_s_mem());
	gchar *data;
	glong length;

	g_assert_nonnull(pair);
	PEM_write_bio_PrivateKey(bio, pair, NULL, NULL, 0, NULL, NULL);
	length = BIO_get_mem_data(bio, &data);
	*private = g_strndup(data, (gsize)length);
	(void)BIO_reset(bio);
	PEM_write_bio_PUBKEY(bio, pair);
	length = BIO_get_mem_data(bio, &data);
	*public = g_strndup(data, (gsize)length);
	BIO_free(bio);
	return pair;
}

static inline guint8 *
sign_text(EVP_PKEY *pair, const gchar *text, gsize *length)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	guint8 *signature = g_malloc(512);

	*length = 512;
	g_assert_cmpint(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, pair), ==, 1);
	g_assert_cmpint(
	    EVP_DigestSign(context, signature, length, (const guint8 *)text, strlen(text)), ==, 1);
	EVP_MD_CTX_free(context);
	return signature;
}
