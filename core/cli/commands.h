/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The commands; each returns the exit status. @argv begins with the command's name and ends
 * with %NULL; parsing takes the options out of it.
 */
#pragma once

#include "cli/client.h"

G_BEGIN_DECLS

int offhook_command_call(OffhookClient *client, char ***argv, GError **error);
int offhook_command_calls(OffhookClient *client, char ***argv, GError **error);
int offhook_command_db(OffhookClient *client, char ***argv, GError **error);
int offhook_command_emulate(OffhookClient *client, char ***argv, GError **error);
int offhook_command_end(OffhookClient *client, char ***argv, GError **error);
int offhook_command_erase(OffhookClient *client, char ***argv, GError **error);
int offhook_command_export(OffhookClient *client, char ***argv, GError **error);
int offhook_command_history(OffhookClient *client, char ***argv, GError **error);
int offhook_command_play(OffhookClient *client, char ***argv, GError **error);
int offhook_command_plugins(OffhookClient *client, char ***argv, GError **error);
int offhook_command_plain_action(OffhookClient *client, char ***argv, GError **error);
int offhook_command_provider(OffhookClient *client, char ***argv, GError **error);
int offhook_command_search(OffhookClient *client, char ***argv, GError **error);
int offhook_command_show(OffhookClient *client, char ***argv, GError **error);
int offhook_command_sms(OffhookClient *client, char ***argv, GError **error);
int offhook_command_stats(OffhookClient *client, char ***argv, GError **error);
int offhook_command_status(OffhookClient *client, char ***argv, GError **error);
int offhook_command_tail(OffhookClient *client, char ***argv, GError **error);
int offhook_command_transfer(OffhookClient *client, char ***argv, GError **error);
int offhook_command_worded_action(OffhookClient *client, char ***argv, GError **error);

/** Begins a call. (transfer full): its id, or %NULL with @error */
typedef char *(*OffhookTailPlace)(OffhookClient *client, gpointer user_data, GError **error);
/** Shows a call from its first moment to its end. Returns: the exit status, 0 when it went well */
int offhook_tail_follow(OffhookClient *client, OffhookTailPlace place, gpointer user_data,
			GError **error);

/** Parses @entries out of @argv; what is left must be @n_words words (with the command's name). */
gboolean offhook_command_parse(char ***argv, const GOptionEntry *entries, guint min_words,
			       guint max_words, const char *usage, GError **error);

G_END_DECLS
