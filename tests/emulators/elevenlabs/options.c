/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The command line. Every value is checked here, so that nothing further in has to. */

#include "options.h"

#include "emu-error.h"

static gboolean
offhook_emu_elevenlabs_options_refuse(GError **error, const gchar *name, const gchar *expected)
{
	g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_USAGE, "--%s: expected %s", name,
		    expected);
	return FALSE;
}

static gboolean
offhook_emu_elevenlabs_options_check(const OffhookEmuElevenlabsOptions *self, GError **error)
{
	if (!offhook_emu_socket_options_check(&self->socket, error))
		return FALSE;
	if (self->first_audio_ms < 0)
		return offhook_emu_elevenlabs_options_refuse(error, "first-audio",
							     "milliseconds from 0 on");
	if (!(self->audio_speed >= 0.1 && self->audio_speed <= 10000))
		return offhook_emu_elevenlabs_options_refuse(error, "audio-speed", "0.1 to 10000");
	if (self->idle_s < 0 || self->idle_s > 180)
		return offhook_emu_elevenlabs_options_refuse(error, "idle", "seconds, 0 to 180");
	return self->concurrent >= 0 ? TRUE
				     : offhook_emu_elevenlabs_options_refuse(error, "concurrent",
									     "a number from 0 on");
}

OffhookEmuElevenlabsOptions *
offhook_emu_elevenlabs_options_parse(int argc, char **argv, GError **error)
{
	g_autoptr(OffhookEmuElevenlabsOptions) self = g_new0(OffhookEmuElevenlabsOptions, 1);
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_auto(GStrv) arguments = g_strdupv(argv);
	g_autofree gchar *faults = offhook_emu_trouble_list();
	g_autofree gchar *description = g_strdup_printf(
	    "Faults: --fault NAME, a base URL of ws://.../fault/NAME, or POST "
	    "/emulator/fault/NAME[?times=N]\n(none: no more), with NAME one of\n  %s\n\n"
	    "Example:\n  offhook emulate elevenlabs --port 8090 --first-audio 120\n",
	    faults);
	const GOptionEntry entries[] = {
	    {"first-audio", 0, 0, G_OPTION_ARG_INT, &self->first_audio_ms,
	     "before the first sound of a text (50)", "MS"},
	    {"audio-speed", 0, 0, G_OPTION_ARG_DOUBLE, &self->audio_speed,
	     "sound from then on, times real time (20)", "N"},
	    {"idle", 0, 0, G_OPTION_ARG_INT, &self->idle_s,
	     "close what says nothing for so long (what the client asks for)", "SECONDS"},
	    {"concurrent", 0, 0, G_OPTION_ARG_INT, &self->concurrent,
	     "connections that the plan allows; more are answered with 429 (any)", "N"},
	    {"voice", 0, 0, G_OPTION_ARG_STRING, &self->voice,
	     "how it sounds: rms (default), awb, kal, kal16, espeak:NAME, or tone", "VOICE"},
	    {"voice-id", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->voices,
	     "an id that there is (21m00Tcm4TlvDq8ikWAM, EXAVITQu4vr4xnSDxMaL)", "ID"},
	    {NULL},
	};

	offhook_emu_socket_options_init(&self->socket);
	self->first_audio_ms = 50;
	self->audio_speed = 20;
	g_set_prgname("offhook emulate elevenlabs");
	g_option_context_set_summary(
	    context, "Plays the text to speech of ElevenLabs on its WebSockets, with the times of "
		     "characters. Prints\nbase-url=..., a line for [engine:elevenlabs], and "
		     "serves until it is stopped.");
	g_option_context_set_description(context, description);
	g_option_context_add_main_entries(context, entries, NULL);
	offhook_emu_socket_options_add(&self->socket, context);
	if (!g_option_context_parse_strv(context, &arguments, error))
		return NULL;
	if (self->voice == NULL)
		self->voice = g_strdup("rms");
	if (self->voices == NULL)
		self->voices = g_strsplit("21m00Tcm4TlvDq8ikWAM EXAVITQu4vr4xnSDxMaL", " ", -1);
	if (!offhook_emu_elevenlabs_options_check(self, error))
		return NULL;
	return g_steal_pointer(&self);
}

void
offhook_emu_elevenlabs_options_free(OffhookEmuElevenlabsOptions *self)
{
	offhook_emu_socket_options_clear(&self->socket);
	g_free(self->voice);
	g_strfreev(self->voices);
	g_free(self);
}
