/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a caller was asked to agree to, and whether he has. Main thread.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _OffhookToolConfirmations OffhookToolConfirmations;

OffhookToolConfirmations *offhook_tool_confirmations_new(void);
void offhook_tool_confirmations_free(OffhookToolConfirmations *self);

/** The caller has said something. @answer: 1 for yes, 0 for no, -1 for neither */
void offhook_tool_confirmations_begin_turn(OffhookToolConfirmations *self, gint answer);

/**
 * Has the caller agreed to just this, after having been asked in an earlier turn? An agreement is good
 * for one time. Otherwise it is what he is asked now.
 */
gboolean offhook_tool_confirmations_take(OffhookToolConfirmations *self, const char *tool,
					 JsonObject *arguments);

/** The same members with the same values are the same text. (transfer full) */
char *offhook_tool_confirmations_describe(JsonObject *arguments);

G_END_DECLS
