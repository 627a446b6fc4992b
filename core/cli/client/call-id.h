/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which call is meant.
 */
#pragma once

#include "cli/client/client.h"

G_BEGIN_DECLS

/** Whether @given can be a part of an id: four characters or more, and not all. */
gboolean offhook_call_id_is_part(const char *given);
/** Whether @given is @id, or its beginning or end. */
gboolean offhook_call_id_is_meant(const char *id, const char *given);
/** The error for @given, which means several: @ids (element-type utf8). */
void offhook_call_id_set_ambiguous(const char *given, const GPtrArray *ids, GError **error);

/**
 * offhook_call_id_find:
 * @given: an id, or the beginning or end of one of the latest calls' ids
 *
 * Returns: (transfer full) (nullable): the id, or @given when none is like that: the server may say
 * so. %NULL when several are.
 */
char *offhook_call_id_find(OffhookClient *self, const char *given, GError **error);
/** "/voice/calls/ID/action" of the call that offhook_call_id_find() finds. (transfer full) */
char *offhook_call_id_make_path(OffhookClient *self, const char *given, const char *action,
				GError **error);

G_END_DECLS
