/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** The "signature method" of the account's dashboard. */
typedef enum {
	OFFHOOK_VONAGE_SMS_MD5_HASH, /* no HMAC: the secret stands at the end of what is hashed */
	OFFHOOK_VONAGE_SMS_MD5,      /* HMAC, likewise below */
	OFFHOOK_VONAGE_SMS_SHA1,
	OFFHOOK_VONAGE_SMS_SHA256,
	OFFHOOK_VONAGE_SMS_SHA512,
} OffhookVonageSmsMethod;

/** "md5hash", "md5", "sha1", "sha256", "sha512" */
OffhookVonageSmsMethod offhook_vonage_sms_method_from_string(const char *word);

/**
 * offhook_vonage_sms_signature_make:
 * @fields: (element-type utf8 utf8): of the request; "sig" is left out
 *
 * Returns: (transfer full): what "sig" must be.
 */
char *offhook_vonage_sms_signature_make(GHashTable *fields, const char *secret,
					OffhookVonageSmsMethod method);
/** Is the "sig" of @fields that? In constant time; none is wrong. */
gboolean offhook_vonage_sms_signature_check(GHashTable *fields, const char *secret,
					    OffhookVonageSmsMethod method);

G_END_DECLS
