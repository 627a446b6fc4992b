/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The command line. Every value is checked here, so that nothing further in has to. */

#include "options.h"

static gboolean
offhook_emu_realtime_options_check(OffhookEmuRealtimeOptions *self, GError **error)
{
	if (!offhook_emu_socket_options_check(&self->socket, error) ||
	    !offhook_emu_voice_options_check(&self->voice, error))
		return FALSE;
	if (self->transcript_ms < 0)
		return offhook_emu_command_refuse(error, "transcript", "milliseconds from 0 on");
	return self->piece_ms >= 20 && self->piece_ms <= 60000
		   ? TRUE
		   : offhook_emu_command_refuse(error, "piece", "20 to 60000 ms");
}

OffhookEmuRealtimeOptions *
offhook_emu_realtime_options_parse(int argc, char **argv, GError **error)
{
	g_autoptr(OffhookEmuRealtimeOptions) self = g_new0(OffhookEmuRealtimeOptions, 1);
	g_autoptr(GOptionContext) context = NULL;
	const GOptionEntry entries[] = {
	    {"script", 0, 0, G_OPTION_ARG_FILENAME, &self->script_path,
	     "answers and transcripts, see the README", "FILE.json"},
	    {"piece", 0, 0, G_OPTION_ARG_INT, &self->piece_ms,
	     "sound in one message (200); 5000 make it larger than 128 KiB", "MS"},
	    {"transcript", 0, 0, G_OPTION_ARG_INT, &self->transcript_ms,
	     "before the transcript of what was committed (50)", "MS"},
	    {NULL},
	};

	offhook_emu_socket_options_init(&self->socket);
	offhook_emu_voice_options_init(&self->voice, 10);
	self->transcript_ms = 50;
	self->piece_ms = 200;
	context = offhook_emu_socket_options_new_context(
	    &self->socket, "realtime",
	    "Plays OpenAI's Realtime service, in its general availability shape: speech "
	    "to speech on a\nWebSocket. Prints url=..., a line for [agent:realtime], and "
	    "serves until it is stopped.",
	    "--port 8091 --script talk.json");
	g_option_context_add_main_entries(context, entries, NULL);
	offhook_emu_voice_options_add(&self->voice, context);
	if (!offhook_emu_command_parse(context, argv, error) ||
	    !offhook_emu_realtime_options_check(self, error))
		return NULL;
	return g_steal_pointer(&self);
}

void
offhook_emu_realtime_options_free(OffhookEmuRealtimeOptions *self)
{
	offhook_emu_socket_options_clear(&self->socket);
	g_free(self->script_path);
	offhook_emu_voice_options_clear(&self->voice);
	g_free(self);
}
