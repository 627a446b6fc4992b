/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The command line. Every value is checked here, so that nothing further in has to. */

#include "options.h"

#include "emu-error.h"

static gboolean
offhook_emu_realtime_options_refuse(GError **error, const gchar *name, const gchar *expected)
{
	g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_USAGE, "--%s: expected %s", name,
		    expected);
	return FALSE;
}

static gboolean
offhook_emu_realtime_options_check(const OffhookEmuRealtimeOptions *self, GError **error)
{
	if (!offhook_emu_socket_options_check(&self->socket, error))
		return FALSE;
	if (self->first_audio_ms < 0 || self->transcript_ms < 0)
		return offhook_emu_realtime_options_refuse(error, "first-audio, --transcript",
							   "milliseconds from 0 on");
	if (self->piece_ms < 20 || self->piece_ms > 60000)
		return offhook_emu_realtime_options_refuse(error, "piece", "20 to 60000 ms");
	return self->audio_speed >= 0.1 && self->audio_speed <= 10000
		   ? TRUE
		   : offhook_emu_realtime_options_refuse(error, "audio-speed", "0.1 to 10000");
}

OffhookEmuRealtimeOptions *
offhook_emu_realtime_options_parse(int argc, char **argv, GError **error)
{
	g_autoptr(OffhookEmuRealtimeOptions) self = g_new0(OffhookEmuRealtimeOptions, 1);
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_auto(GStrv) arguments = g_strdupv(argv);
	g_autofree gchar *faults = offhook_emu_trouble_list();
	g_autofree gchar *description = g_strdup_printf(
	    "Faults: --fault NAME, a URL of ws://.../fault/NAME/v1/realtime, or POST "
	    "/emulator/fault/NAME[?times=N]\n(none: no more), with NAME one of\n  %s\n\n"
	    "Example:\n  offhook emulate realtime --port 8091 --script talk.json\n",
	    faults);
	const GOptionEntry entries[] = {
	    {"script", 0, 0, G_OPTION_ARG_FILENAME, &self->script_path,
	     "answers and transcripts, see the README", "FILE.json"},
	    {"first-audio", 0, 0, G_OPTION_ARG_INT, &self->first_audio_ms,
	     "before the first of an answer (50)", "MS"},
	    {"audio-speed", 0, 0, G_OPTION_ARG_DOUBLE, &self->audio_speed,
	     "sound from then on, times real time (10)", "N"},
	    {"piece", 0, 0, G_OPTION_ARG_INT, &self->piece_ms,
	     "sound in one message (200); 5000 make it larger than 128 KiB", "MS"},
	    {"transcript", 0, 0, G_OPTION_ARG_INT, &self->transcript_ms,
	     "before the transcript of what was committed (50)", "MS"},
	    {"voice", 0, 0, G_OPTION_ARG_STRING, &self->voice,
	     "how it sounds: rms (default), awb, kal, kal16, espeak:NAME, or tone", "VOICE"},
	    {NULL},
	};

	offhook_emu_socket_options_init(&self->socket);
	self->first_audio_ms = self->transcript_ms = 50;
	self->piece_ms = 200;
	self->audio_speed = 10;
	g_set_prgname("offhook emulate realtime");
	g_option_context_set_summary(
	    context, "Plays OpenAI's Realtime service, in its general availability shape: speech "
		     "to speech on a\nWebSocket. Prints url=..., a line for [agent:realtime], and "
		     "serves until it is stopped.");
	g_option_context_set_description(context, description);
	g_option_context_add_main_entries(context, entries, NULL);
	offhook_emu_socket_options_add(&self->socket, context);
	if (!g_option_context_parse_strv(context, &arguments, error))
		return NULL;
	if (self->voice == NULL)
		self->voice = g_strdup("rms");
	if (!offhook_emu_realtime_options_check(self, error))
		return NULL;
	return g_steal_pointer(&self);
}

void
offhook_emu_realtime_options_free(OffhookEmuRealtimeOptions *self)
{
	offhook_emu_socket_options_clear(&self->socket);
	g_free(self->script_path);
	g_free(self->voice);
	g_free(self);
}
