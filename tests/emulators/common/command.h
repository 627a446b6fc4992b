/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/*
 * The program that is the emulator of an engine's service, from its command line to its exit status.
 * Main loop only.
 */

/* "offhook emulate @name"; --help says @summary, and @description behind the options. */
GOptionContext *offhook_emu_command_new_context(const gchar *name, const gchar *summary,
						const gchar *description);
/* Exits for --help. */
gboolean offhook_emu_command_parse(GOptionContext *context, char **argv, GError **error);
/* "--NAME: expected EXPECTED". FALSE, always. */
gboolean offhook_emu_command_refuse(GError **error, const gchar *name, const gchar *expected);

/* How the service speaks. */
typedef struct {
	gint first_ms; /* before the first sound of a text */
	gdouble speed; /* of the sound from then on, times real time */
	gchar *name;   /* as for the callers of other emulators, or "tone" */
} OffhookEmuVoiceOptions;

void offhook_emu_voice_options_init(OffhookEmuVoiceOptions *self, gdouble speed);
void offhook_emu_voice_options_clear(OffhookEmuVoiceOptions *self);
/* --first-audio, --audio-speed, --voice */
void offhook_emu_voice_options_add(OffhookEmuVoiceOptions *self, GOptionContext *context);
/* Once they are parsed: takes the usual voice if none is wanted. */
gboolean offhook_emu_voice_options_check(OffhookEmuVoiceOptions *self, GError **error);

/* Prints @line, the setting with which it is reached, and serves until SIGINT or SIGTERM. */
void offhook_emu_command_run(const gchar *line);
/* What main() returns; says what is wrong. @error: NULL: nothing */
int offhook_emu_command_get_status(const GError *error);
