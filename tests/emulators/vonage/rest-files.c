/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* /v1/files and /v3/files: recordings, as sound files. */

#include "rest-private.h"

#include <string.h>

#define OFFHOOK_EMU_REST_FILE_RATE 16000

static void
offhook_emu_rest_file_put(guint8 *at, guint32 value, guint bytes)
{
	for (guint i = 0; i < bytes; i++)
		at[i] = (guint8)(value >> (8 * i));
}

/* A second of silence. */
static void
offhook_emu_rest_file_reply(OffhookEmuRequest *request, guint channels)
{
	guint32 length = OFFHOOK_EMU_REST_FILE_RATE * 2 * channels;
	guint8 *file = g_malloc0(44 + length);

	memcpy(file, "RIFF\0\0\0\0WAVEfmt ", 16);
	offhook_emu_rest_file_put(file + 4, 36 + length, 4);
	offhook_emu_rest_file_put(file + 16, 16, 4);
	offhook_emu_rest_file_put(file + 20, 1, 2);
	offhook_emu_rest_file_put(file + 22, channels, 2);
	offhook_emu_rest_file_put(file + 24, OFFHOOK_EMU_REST_FILE_RATE, 4);
	offhook_emu_rest_file_put(file + 28, length, 4);
	offhook_emu_rest_file_put(file + 32, 2 * channels, 2);
	offhook_emu_rest_file_put(file + 34, 16, 2);
	memcpy(file + 36, "data", 4);
	offhook_emu_rest_file_put(file + 40, length, 4);
	request->status = 200;
	soup_server_message_set_status(request->msg, 200, NULL);
	soup_server_message_set_response(request->msg, "audio/wav", SOUP_MEMORY_TAKE, (char *)file,
					 44 + length);
}

gboolean
offhook_emu_rest_files_serve(OffhookEmuRest *self, OffhookEmuRequest *request)
{
	gboolean split;
	const gchar *format;

	if (!g_str_equal(request->method, "GET") ||
	    (!g_str_has_prefix(request->path, "/v1/files/") &&
	     !g_str_has_prefix(request->path, "/v3/files/")))
		return FALSE;
	format = offhook_emu_exchange_find_recording(self->options->account->exchange,
						     request->path + strlen("/v1/files/"), &split);
	if (format == NULL)
		return FALSE;
	if (g_str_equal(format, "wav"))
		offhook_emu_rest_file_reply(request, split ? 2 : 1);
	else
		offhook_emu_rest_refuse(request, 501, "Not Implemented",
					"only wav recordings are emulated");
	return TRUE;
}
