/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The command line. Every value is checked here, so that nothing further in has to. */

#include "options.h"

static gboolean
offhook_emu_deepgram_options_check(OffhookEmuDeepgramOptions *self, GError **error)
{
	if (!offhook_emu_socket_options_check(&self->socket, error) ||
	    !offhook_emu_voice_options_check(&self->voice, error))
		return FALSE;
	if (self->transcript_ms < 0)
		return offhook_emu_command_refuse(error, "transcript-delay",
						  "milliseconds from 0 on");
	return self->idle_ms >= 1
		   ? TRUE
		   : offhook_emu_command_refuse(error, "idle", "milliseconds from 1 on");
}

OffhookEmuDeepgramOptions *
offhook_emu_deepgram_options_parse(int argc, char **argv, GError **error)
{
	g_autoptr(OffhookEmuDeepgramOptions) self = g_new0(OffhookEmuDeepgramOptions, 1);
	g_autoptr(GOptionContext) context = NULL;
	const GOptionEntry entries[] = {
	    {"transcript", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->transcripts,
	     "what the next utterance of a connection was; any number, in turn", "TEXT"},
	    {"transcript-delay", 0, 0, G_OPTION_ARG_INT, &self->transcript_ms,
	     "from Finalize to its answer (100)", "MS"},
	    {"idle", 0, 0, G_OPTION_ARG_INT, &self->idle_ms,
	     "close listening that gets neither audio nor KeepAlive for so long (10000)", "MS"},
	    {NULL},
	};

	offhook_emu_socket_options_init(&self->socket);
	offhook_emu_voice_options_init(&self->voice, 20);
	self->transcript_ms = 100;
	self->idle_ms = 10000;
	context = offhook_emu_socket_options_new_context(
	    &self->socket, "deepgram",
	    "Plays Deepgram's speech to text and text to speech on their WebSockets. "
	    "Prints base-url=...,\na line for [engine:deepgram], and serves until it is "
	    "stopped.",
	    "--port 8091 --transcript \"what are your opening hours\"");
	g_option_context_add_main_entries(context, entries, NULL);
	offhook_emu_voice_options_add(&self->voice, context);
	if (!offhook_emu_command_parse(context, argv, error) ||
	    !offhook_emu_deepgram_options_check(self, error))
		return NULL;
	return g_steal_pointer(&self);
}

void
offhook_emu_deepgram_options_free(OffhookEmuDeepgramOptions *self)
{
	offhook_emu_socket_options_clear(&self->socket);
	g_strfreev(self->transcripts);
	offhook_emu_voice_options_clear(&self->voice);
	g_free(self);
}
