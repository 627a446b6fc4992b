/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The command line. Every value is checked here, so that nothing further in has to. */

#include "options.h"

static gboolean
offhook_emu_elevenlabs_options_check(OffhookEmuElevenlabsOptions *self, GError **error)
{
	if (!offhook_emu_socket_options_check(&self->socket, error) ||
	    !offhook_emu_voice_options_check(&self->voice, error))
		return FALSE;
	if (self->idle_s < 0 || self->idle_s > 180)
		return offhook_emu_command_refuse(error, "idle", "seconds, 0 to 180");
	return self->concurrent >= 0
		   ? TRUE
		   : offhook_emu_command_refuse(error, "concurrent", "a number from 0 on");
}

OffhookEmuElevenlabsOptions *
offhook_emu_elevenlabs_options_parse(int argc, char **argv, GError **error)
{
	g_autoptr(OffhookEmuElevenlabsOptions) self = g_new0(OffhookEmuElevenlabsOptions, 1);
	g_autoptr(GOptionContext) context = NULL;
	const GOptionEntry entries[] = {
	    {"idle", 0, 0, G_OPTION_ARG_INT, &self->idle_s,
	     "close what says nothing for so long (what the client asks for)", "SECONDS"},
	    {"concurrent", 0, 0, G_OPTION_ARG_INT, &self->concurrent,
	     "connections that the plan allows; more are answered with 429 (any)", "N"},
	    {"voice-id", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->voices,
	     "an id that there is (21m00Tcm4TlvDq8ikWAM, EXAVITQu4vr4xnSDxMaL)", "ID"},
	    {NULL},
	};

	offhook_emu_socket_options_init(&self->socket);
	offhook_emu_voice_options_init(&self->voice, 20);
	context = offhook_emu_socket_options_new_context(
	    &self->socket, "elevenlabs",
	    "Plays the text to speech of ElevenLabs on its WebSockets, with the times of "
	    "characters. Prints\nbase-url=..., a line for [engine:elevenlabs], and "
	    "serves until it is stopped.",
	    "--port 8090 --first-audio 120");
	g_option_context_add_main_entries(context, entries, NULL);
	offhook_emu_voice_options_add(&self->voice, context);
	if (!offhook_emu_command_parse(context, argv, error) ||
	    !offhook_emu_elevenlabs_options_check(self, error))
		return NULL;
	if (self->voices == NULL)
		self->voices = g_strsplit("21m00Tcm4TlvDq8ikWAM EXAVITQu4vr4xnSDxMaL", " ", -1);
	return g_steal_pointer(&self);
}

void
offhook_emu_elevenlabs_options_free(OffhookEmuElevenlabsOptions *self)
{
	offhook_emu_socket_options_clear(&self->socket);
	offhook_emu_voice_options_clear(&self->voice);
	g_strfreev(self->voices);
	g_free(self);
}
