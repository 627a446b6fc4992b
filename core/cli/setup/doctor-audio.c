/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook doctor: holds a call: a server of our own, its test party that plays a tone, the agent that gives
 * back what it hears, and the file of what the party heard. All of the audio's way but the provider.
 */

#include "cli/setup/doctor.h"

#include <math.h>
#include <string.h>

#define OFFHOOK_DOCTOR_RATE       16000
#define OFFHOOK_DOCTOR_TONE_HZ    440
#define OFFHOOK_DOCTOR_TONE_LEVEL 8000
#define OFFHOOK_DOCTOR_LOUD       1000 /* of a sample of what came back */
#define OFFHOOK_DOCTOR_CALL_S     20
#define OFFHOOK_DOCTOR_LOOK_MS    100
#define OFFHOOK_DOCTOR_WAV_HEADER 44

/* No provider of the environment is to place this call. */
static const char *const offhook_doctor_environment[] = {
    "VOICE_PROVIDER=loopback",
    NULL,
};

/* ---- the tone ---- */

static void
offhook_doctor_append(GByteArray *wav, guint32 value, guint size)
{
	guint32 little = GUINT32_TO_LE(value);

	g_byte_array_append(wav, (const guint8 *)&little, size);
}

/* A second of it. */
static gboolean
offhook_doctor_write_tone(const char *path, GError **error)
{
	g_autoptr(GByteArray) wav = g_byte_array_new();
	guint32 size = OFFHOOK_DOCTOR_RATE * sizeof(gint16);

	g_byte_array_append(wav, (const guint8 *)"RIFF", 4);
	offhook_doctor_append(wav, size + OFFHOOK_DOCTOR_WAV_HEADER - 8, 4);
	g_byte_array_append(wav, (const guint8 *)"WAVEfmt ", 8);
	offhook_doctor_append(wav, 16, 4);
	offhook_doctor_append(wav, 1, 2);
	offhook_doctor_append(wav, 1, 2);
	offhook_doctor_append(wav, OFFHOOK_DOCTOR_RATE, 4);
	offhook_doctor_append(wav, OFFHOOK_DOCTOR_RATE * sizeof(gint16), 4);
	offhook_doctor_append(wav, sizeof(gint16), 2);
	offhook_doctor_append(wav, 16, 2);
	g_byte_array_append(wav, (const guint8 *)"data", 4);
	offhook_doctor_append(wav, size, 4);
	for (guint i = 0; i < OFFHOOK_DOCTOR_RATE; i++)
		offhook_doctor_append(wav,
				      (guint32)(gint32)(OFFHOOK_DOCTOR_TONE_LEVEL *
							sin(2 * G_PI * OFFHOOK_DOCTOR_TONE_HZ * i /
							    OFFHOOK_DOCTOR_RATE)),
				      2);
	return g_file_set_contents(path, (const char *)wav->data, wav->len, error);
}

/* Seconds of @path in which something is to be heard, in steps of 20 ms. */
static double
offhook_doctor_measure(const char *path, GError **error)
{
	g_autofree char *bytes = NULL;
	gsize size, step = OFFHOOK_DOCTOR_RATE / 50 * sizeof(gint16);
	guint n_loud = 0;

	if (!g_file_get_contents(path, &bytes, &size, error))
		return -1;
	for (gsize at = OFFHOOK_DOCTOR_WAV_HEADER; at + step <= size; at += step) {
		gint16 peak = 0;

		for (gsize i = 0; i < step; i += sizeof(gint16)) {
			gint16 sample;

			memcpy(&sample, bytes + at + i, sizeof sample);
			peak = MAX(peak, GINT16_FROM_LE(sample));
		}
		n_loud += peak > OFFHOOK_DOCTOR_LOUD;
	}
	return n_loud / 50.0;
}

/* ---- the call ---- */

static gboolean
offhook_doctor_write_config(OffhookDoctor *self, const char *dir, GError **error)
{
	g_auto(GStrv) directories =
	    offhook_config_get_list(self->client->config, "plugins", "path");
	g_autofree char *joined = g_strjoinv(":", directories);
	g_autofree char *tone = g_build_filename(dir, "tone.wav", NULL);
	g_autofree char *path = g_build_filename(dir, "offhookd.conf", NULL);
	g_autofree char *text = g_strdup_printf(
	    "[dbus]\nbus=none\n[driver:loopback]\nplay=%s\nheard-dir=%s\nturn-gap-ms=500\n"
	    "hangup-after-silence-ms=1000\n[assistant:doctor]\ndriver=loopback\nagents=echo\n"
	    "%s%s\n",
	    tone, dir, *joined != '\0' ? "[plugins]\npath=" : "", joined);

	return offhook_doctor_write_tone(tone, error) && g_file_set_contents(path, text, -1, error);
}

/* (transfer full) (nullable): its id */
static char *
offhook_doctor_place(OffhookClient *client, GError **error)
{
	g_autoptr(JsonObject) body = json_object_new();
	g_autoptr(JsonObject) reply = NULL;

	json_object_set_string_member(body, "phone_number", "+15550100001");
	json_object_set_string_member(body, "assistant", "doctor");
	reply = offhook_client_request(client, "POST", "/voice/calls/initiate", body, error);
	return reply != NULL ? g_strdup(offhook_client_get(reply, "call_id")) : NULL;
}

static gboolean
offhook_doctor_wait_end(OffhookClient *client, const char *id, GError **error)
{
	gint64 deadline = g_get_monotonic_time() + OFFHOOK_DOCTOR_CALL_S * G_USEC_PER_SEC;

	while (g_get_monotonic_time() < deadline) {
		g_autofree char *path = g_strdup_printf("/voice/calls/%s/status", id);
		g_autoptr(JsonObject) call =
		    offhook_client_request(client, "GET", path, NULL, error);

		if (call == NULL)
			return FALSE;
		if (!offhook_client_is_live(offhook_client_get(call, "status")))
			return TRUE;
		g_usleep(OFFHOOK_DOCTOR_LOOK_MS * 1000);
	}
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "the call did not end");
	return FALSE;
}

/* Seconds of tone that came back; negative with @error. The server ends before its file is read. */
static double
offhook_doctor_call(OffhookDoctor *self, const char *dir, GError **error)
{
	g_autofree char *config = g_build_filename(dir, "offhookd.conf", NULL);
	g_autoptr(OffhookClient) client = offhook_client_new(NULL, NULL, config);
	g_autoptr(OffhookPrivateServer) server = offhook_private_server_start(
	    client, OFFHOOK_PRIVATE_SERVER_STRICT, offhook_doctor_environment, error);
	g_autofree char *id = server != NULL ? offhook_doctor_place(client, error) : NULL;
	g_autofree char *heard = NULL;

	if (id == NULL || !offhook_doctor_wait_end(client, id, error))
		return -1;
	g_clear_pointer(&server, offhook_private_server_stop);
	heard = g_strdup_printf("%s/%s.wav", dir, id);
	return offhook_doctor_measure(heard, error);
}

void
offhook_doctor_check_audio(OffhookDoctor *self)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *dir = g_dir_make_tmp("offhook-XXXXXX", &error);
	double heard_s = -1;

	if (dir != NULL && offhook_doctor_write_config(self, dir, &error))
		heard_s = offhook_doctor_call(self, dir, &error);
	if (heard_s < 0)
		offhook_doctor_tell(
		    self, "audio", OFFHOOK_DOCTOR_ERROR,
		    "install the driver loopback and the agent echo, and GStreamer's "
		    "plugins",
		    "a call with itself failed: %s", error->message);
	else if (heard_s < 0.5)
		offhook_doctor_tell(self, "audio", OFFHOOK_DOCTOR_ERROR,
				    "the machine may be too busy: look at its load",
				    "of a tone of 1 s that a call was to bring back %.2f s came",
				    heard_s);
	else
		offhook_doctor_tell(self, "audio", OFFHOOK_DOCTOR_OK, NULL,
				    "a call with itself brought a tone of 1 s back (%.2f s)",
				    heard_s);
	if (dir != NULL)
		offhook_private_server_remove_dir(dir);
}
