/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the commands do; each returns the exit status. See command.h for what is said of them.
 */
#pragma once

#include "cli/command/words.h"

G_BEGIN_DECLS

#define OFFHOOK_COMMAND(name)                                                                      \
	int offhook_command_##name(OffhookClient *client, const OffhookWords *words, GError **error)

OFFHOOK_COMMAND(act);
OFFHOOK_COMMAND(agents);
OFFHOOK_COMMAND(agents_create);
OFFHOOK_COMMAND(agents_message);
OFFHOOK_COMMAND(assistant_check);
OFFHOOK_COMMAND(assistant_list);
OFFHOOK_COMMAND(assistant_try);
OFFHOOK_COMMAND(call);
OFFHOOK_COMMAND(calls);
OFFHOOK_COMMAND(complete);
OFFHOOK_COMMAND(conform);
OFFHOOK_COMMAND(conversations_begin);
OFFHOOK_COMMAND(conversations_show);
OFFHOOK_COMMAND(db_check);
OFFHOOK_COMMAND(db_migrate);
OFFHOOK_COMMAND(db_status);
OFFHOOK_COMMAND(deliveries);
OFFHOOK_COMMAND(deliveries_delete);
OFFHOOK_COMMAND(deliveries_retry);
OFFHOOK_COMMAND(doctor);
OFFHOOK_COMMAND(drain);
OFFHOOK_COMMAND(emulate);
OFFHOOK_COMMAND(erase);
OFFHOOK_COMMAND(events);
OFFHOOK_COMMAND(export);
OFFHOOK_COMMAND(help);
OFFHOOK_COMMAND(history);
OFFHOOK_COMMAND(memory);
OFFHOOK_COMMAND(new);
OFFHOOK_COMMAND(metrics);
OFFHOOK_COMMAND(play);
OFFHOOK_COMMAND(plugins);
OFFHOOK_COMMAND(plugins_disable);
OFFHOOK_COMMAND(plugins_enable);
OFFHOOK_COMMAND(plugins_load);
OFFHOOK_COMMAND(plugins_rescan);
OFFHOOK_COMMAND(process_audio);
OFFHOOK_COMMAND(process_intent);
OFFHOOK_COMMAND(provider);
OFFHOOK_COMMAND(provider_test);
OFFHOOK_COMMAND(recordings);
OFFHOOK_COMMAND(reload);
OFFHOOK_COMMAND(resource);
OFFHOOK_COMMAND(scheduled);
OFFHOOK_COMMAND(scheduled_cancel);
OFFHOOK_COMMAND(search);
OFFHOOK_COMMAND(setup);
OFFHOOK_COMMAND(show);
OFFHOOK_COMMAND(sms);
OFFHOOK_COMMAND(stats);
OFFHOOK_COMMAND(status);
OFFHOOK_COMMAND(tail);
OFFHOOK_COMMAND(top);
OFFHOOK_COMMAND(transfer);

/** What can be emulated, in order: "one|two". (transfer full) */
char *offhook_emulate_list(void);

/** Begins a call. (transfer full): its id, or %NULL with @error */
typedef char *(*OffhookTailPlace)(OffhookClient *client, gpointer user_data, GError **error);
/** Shows a call from its first moment to its end. Returns: the exit status, 0 when it went well */
int offhook_tail_follow(OffhookClient *client, OffhookTailPlace place, gpointer user_data,
			GError **error);

/** What offhook assistant try is to do. Borrowed. */
typedef struct {
	const char *assistant;
	const char *user_id;
	JsonObject *variables;
	gboolean open; /* whatever its hours say */
} OffhookTryOptions;

/**
 * Talks with an assistant, line by line, until one side ends it. Returns: the exit status, 0 when every
 * line had an answer
 */
int offhook_try_run(OffhookClient *client, const OffhookTryOptions *options, GError **error);

G_END_DECLS
