/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * offhook_log_init:
 * @level: the least important level shown
 *
 * Routes GLib's structured log to the journal when standard error is the journal, else to standard
 * error, one line each. Once, from main().
 */
void offhook_log_init(GLogLevelFlags level);
void offhook_log_set_level(GLogLevelFlags level);

/**
 * From now on lines on standard error say which process writes: another one writes there, too. The journal says
 * it anyway.
 */
void offhook_log_show_process(void);

/** "error", "warning", "message", "info", "debug"; %FALSE for another word. */
gboolean offhook_log_level_from_string(const char *word, GLogLevelFlags *level);

/** Whether personal data (numbers, transcripts) may be logged. Off until set. */
void offhook_log_set_personal_data(gboolean shown);
gboolean offhook_log_get_personal_data(void);

/** @number as it may be logged: "+1•••00", or whole when personal data is on. */
char *offhook_log_redact_number(const char *number);

/**
 * @message as a line of its own: control characters, with which others could write lines or colours
 * of theirs into the log, and what is no UTF-8 are shown as what they are, and phone numbers as
 * offhook_log_redact_number() does, for providers quote them in their refusals. (transfer full)
 */
char *offhook_log_make_printable(const char *message);

/** A line about one call: the id is in the text and in the field OFFHOOK_CALL_ID. */
void offhook_log_call(const char *domain, GLogLevelFlags level, const char *call_id,
		      const char *format, ...) G_GNUC_PRINTF(4, 5);

#define offhook_call_message(call_id, ...)                                                         \
	offhook_log_call(G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, call_id, __VA_ARGS__)
#define offhook_call_warning(call_id, ...)                                                         \
	offhook_log_call(G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, call_id, __VA_ARGS__)
#define offhook_call_info(call_id, ...)                                                            \
	offhook_log_call(G_LOG_DOMAIN, G_LOG_LEVEL_INFO, call_id, __VA_ARGS__)
#define offhook_call_debug(call_id, ...)                                                           \
	offhook_log_call(G_LOG_DOMAIN, G_LOG_LEVEL_DEBUG, call_id, __VA_ARGS__)

G_END_DECLS
