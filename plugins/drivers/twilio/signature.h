/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/form.h>

#include <offhook/webhook.h>

G_BEGIN_DECLS

/**
 * offhook_twilio_signature_make:
 * @url: as Twilio was given it; a fragment is ignored
 * @form: (nullable): fields of a form POST
 *
 * Returns: (transfer full): what X-Twilio-Signature must be.
 */
char *offhook_twilio_signature_make(const char *token, const char *url, const OffhookForm *form);

/**
 * offhook_twilio_signature_check:
 * @tokens: auth tokens that are accepted, ended by %NULL (two during a rotation)
 * @signature: (nullable): none is wrong
 *
 * Tries @url without a port and with one, as Twilio's own validators do.
 */
gboolean offhook_twilio_signature_check(const char *const *tokens, const char *url,
					const OffhookForm *form, const char *signature);

/** The same for the URL of a media stream: as wss and https (or ws, http), with and without "/". */
gboolean offhook_twilio_signature_check_upgrade(const char *const *tokens, const char *url,
						const char *signature);

/** Is @body what `bodySHA256` in the query of @url promises? */
gboolean offhook_twilio_signature_check_body(const char *url, GBytes *body);

G_END_DECLS
