/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The "sig" of the SMS API, of what we send and of what comes. Main thread. */

#include "sms-signature.h"

#include <offhook/webhook.h>
#include <stdlib.h>
#include <string.h>

OffhookVonageSmsMethod
offhook_vonage_sms_method_from_string(const char *word)
{
	static const char *const words[] = {"md5hash", "md5", "sha1", "sha256", "sha512"};

	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (g_str_equal(word, words[i]))
			return (OffhookVonageSmsMethod)i;
	return OFFHOOK_VONAGE_SMS_MD5_HASH;
}

static int
offhook_vonage_sms_compare_cb(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "&a=1&b=2", in the order of the names; what would be taken for a separator is replaced. */
static GString *
offhook_vonage_sms_join(GHashTable *fields)
{
	GString *text = g_string_new(NULL);
	guint n;
	g_autofree const char **names = (const char **)g_hash_table_get_keys_as_array(fields, &n);

	qsort(names, n, sizeof *names, offhook_vonage_sms_compare_cb);
	for (guint i = 0; i < n; i++) {
		const char *name = names[i];
		g_autofree char *value = g_strdup(g_hash_table_lookup(fields, name));

		if (g_str_equal(name, "sig"))
			continue;
		g_string_append_printf(text, "&%s=%s", name, g_strdelimit(value, "&=", '_'));
	}
	return text;
}

char *
offhook_vonage_sms_signature_make(GHashTable *fields, const char *secret,
				  OffhookVonageSmsMethod method)
{
	static const GChecksumType types[] = {
	    [OFFHOOK_VONAGE_SMS_MD5] = G_CHECKSUM_MD5,
	    [OFFHOOK_VONAGE_SMS_SHA1] = G_CHECKSUM_SHA1,
	    [OFFHOOK_VONAGE_SMS_SHA256] = G_CHECKSUM_SHA256,
	    [OFFHOOK_VONAGE_SMS_SHA512] = G_CHECKSUM_SHA512,
	};
	g_autoptr(GString) text = offhook_vonage_sms_join(fields);

	if (method != OFFHOOK_VONAGE_SMS_MD5_HASH)
		return g_compute_hmac_for_string(types[method], (const guint8 *)secret,
						 strlen(secret), text->str, (gssize)text->len);
	g_string_append(text, secret);
	return g_compute_checksum_for_string(G_CHECKSUM_MD5, text->str, (gssize)text->len);
}

/* With a separator in it a name could stand for several fields, and hide them from whoever reads. */
static gboolean
offhook_vonage_sms_has_plain_names(GHashTable *fields)
{
	GHashTableIter iter;
	gpointer name;

	g_hash_table_iter_init(&iter, fields);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		if (strpbrk(name, "&=") != NULL)
			return FALSE;
	return TRUE;
}

gboolean
offhook_vonage_sms_signature_check(GHashTable *fields, const char *secret,
				   OffhookVonageSmsMethod method)
{
	g_autofree char *ours = offhook_vonage_sms_signature_make(fields, secret, method);
	const char *given = g_hash_table_lookup(fields, "sig");
	g_autofree char *lower = given != NULL ? g_ascii_strdown(given, -1) : NULL;

	return offhook_vonage_sms_has_plain_names(fields) &&
	       offhook_webhook_secret_matches(ours, lower);
}
