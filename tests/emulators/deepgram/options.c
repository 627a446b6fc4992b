/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The command line. Every value is checked here, so that nothing further in has to. */

#include "options.h"

#include "emu-error.h"

static gboolean
offhook_emu_deepgram_options_check(const OffhookEmuDeepgramOptions *self, GError **error)
{
	const gchar *wrong = NULL;

	if (!offhook_emu_socket_options_check(&self->socket, error))
		return FALSE;
	if (self->transcript_ms < 0)
		wrong = "--transcript-delay: expected milliseconds from 0 on";
	else if (self->first_audio_ms < 0)
		wrong = "--first-audio: expected milliseconds from 0 on";
	else if (self->idle_ms < 1)
		wrong = "--idle: expected milliseconds from 1 on";
	else if (!(self->audio_speed >= 0.1 && self->audio_speed <= 10000))
		wrong = "--audio-speed: expected 0.1 to 10000";
	if (wrong == NULL)
		return TRUE;
	g_set_error_literal(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_USAGE, wrong);
	return FALSE;
}

OffhookEmuDeepgramOptions *
offhook_emu_deepgram_options_parse(int argc, char **argv, GError **error)
{
	g_autoptr(OffhookEmuDeepgramOptions) self = g_new0(OffhookEmuDeepgramOptions, 1);
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_auto(GStrv) arguments = g_strdupv(argv);
	g_autofree gchar *faults = offhook_emu_trouble_list();
	g_autofree gchar *description = g_strdup_printf(
	    "Faults: --fault NAME, a base URL of ws://.../fault/NAME, or POST "
	    "/emulator/fault/NAME[?times=N]\n(none: no more), with NAME one of\n  %s\n\n"
	    "Example:\n  offhook emulate deepgram --port 8091 --transcript \"what are your opening "
	    "hours\"\n",
	    faults);
	const GOptionEntry entries[] = {
	    {"transcript", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->transcripts,
	     "what the next utterance of a connection was; any number, in turn", "TEXT"},
	    {"transcript-delay", 0, 0, G_OPTION_ARG_INT, &self->transcript_ms,
	     "from Finalize to its answer (100)", "MS"},
	    {"idle", 0, 0, G_OPTION_ARG_INT, &self->idle_ms,
	     "close listening that gets neither audio nor KeepAlive for so long (10000)", "MS"},
	    {"first-audio", 0, 0, G_OPTION_ARG_INT, &self->first_audio_ms,
	     "before the first sound of a text (50)", "MS"},
	    {"audio-speed", 0, 0, G_OPTION_ARG_DOUBLE, &self->audio_speed,
	     "sound from then on, times real time (20)", "N"},
	    {"voice", 0, 0, G_OPTION_ARG_STRING, &self->voice,
	     "how it sounds: rms (default), awb, kal, kal16, espeak:NAME, or tone", "VOICE"},
	    {NULL},
	};

	offhook_emu_socket_options_init(&self->socket);
	self->transcript_ms = 100;
	self->idle_ms = 10000;
	self->first_audio_ms = 50;
	self->audio_speed = 20;
	g_set_prgname("offhook emulate deepgram");
	g_option_context_set_summary(
	    context, "Plays Deepgram's speech to text and text to speech on their WebSockets. "
		     "Prints base-url=...,\na line for [engine:deepgram], and serves until it is "
		     "stopped.");
	g_option_context_set_description(context, description);
	g_option_context_add_main_entries(context, entries, NULL);
	offhook_emu_socket_options_add(&self->socket, context);
	if (!g_option_context_parse_strv(context, &arguments, error))
		return NULL;
	if (self->voice == NULL)
		self->voice = g_strdup("rms");
	if (!offhook_emu_deepgram_options_check(self, error))
		return NULL;
	return g_steal_pointer(&self);
}

void
offhook_emu_deepgram_options_free(OffhookEmuDeepgramOptions *self)
{
	offhook_emu_socket_options_clear(&self->socket);
	g_strfreev(self->transcripts);
	g_free(self->voice);
	g_free(self);
}
