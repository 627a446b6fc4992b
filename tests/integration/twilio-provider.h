/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Twilio, as the scenarios see it.
 */
#pragma once

#include "scenarios.h"

G_BEGIN_DECLS

#define TWILIO_ACCOUNT "AC00000000000000000000000000000001"

extern const Provider twilio_provider;

/**
 * Posts a webhook as the carrier would, signed with @token.
 * @path: below the driver's
 * @reply: (out) (nullable) (transfer full)
 * Returns: the status
 */
guint twilio_post(Scenario *self, const char *path, const char *body, const char *token,
		  char **reply);
/** The same, not sent yet. (transfer full) */
SoupMessage *twilio_make_webhook(Scenario *self, const char *path, const char *body,
				 const char *token);

G_END_DECLS
