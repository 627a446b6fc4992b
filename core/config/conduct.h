/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What an assistant does when it can't do its work: it is closed, or its agents fail. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_CONDUCT_GO_ON, /* says so, and goes on: "message", "apologise" */
	OFFHOOK_CONDUCT_HANG_UP,
	OFFHOOK_CONDUCT_TRANSFER,  /* to the target, a number */
	OFFHOOK_CONDUCT_ASSISTANT, /* hands over to the target, another assistant */
} OffhookConductType;

typedef struct {
	OffhookConductType type;
	char *target; /* (nullable) */
} OffhookConduct;

/**
 * offhook_conduct_parse:
 * @text: "hang-up", "transfer:NUMBER", "assistant:NAME" or @go_on
 *
 * %FALSE: it is none of them
 */
gboolean offhook_conduct_parse(OffhookConduct *self, const char *text, const char *go_on);
void offhook_conduct_clear(OffhookConduct *self);

G_END_DECLS
