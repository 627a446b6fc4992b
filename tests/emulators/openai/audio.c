/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* POST /audio/speech and /audio/transcriptions. */

#include "check.h"
#include "reply.h"
#include "saying.h"
#include "service.h"
#include "wav.h"

#include <string.h>

#define RATE        24000 /* Hz, of what is spoken */
#define PIECE_MS    50
#define LEAST_BYTES 44
#define SILENCE     20 /* root mean square, -64 dBFS: less is nobody's voice */

/* ---- speech ---- */

/* A header as streaming servers write it, who don't know how long it gets. */
static GBytes *
offhook_emu_speech_make_header(void)
{
	static const guint8 header[] = {'R',
					'I',
					'F',
					'F',
					0xff,
					0xff,
					0xff,
					0xff,
					'W',
					'A',
					'V',
					'E',
					'f',
					'm',
					't',
					' ',
					16,
					0,
					0,
					0,
					1,
					0,
					1,
					0,
					RATE & 0xff,
					RATE >> 8,
					0,
					0,
					(RATE * 2) & 0xff,
					((RATE * 2) >> 8) & 0xff,
					0,
					0,
					2,
					0,
					16,
					0,
					'd',
					'a',
					't',
					'a',
					0xff,
					0xff,
					0xff,
					0xff};

	return g_bytes_new_static(header, sizeof header);
}

static GPtrArray *
offhook_emu_speech_cut(const OffhookEmuPcm *pcm, gboolean wav, gsize piece)
{
	GPtrArray *pieces = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	const guint8 *data = (const guint8 *)pcm->samples->data;
	gsize size = pcm->samples->len * sizeof(gint16);

	if (wav)
		g_ptr_array_add(pieces, offhook_emu_speech_make_header());
	/* An odd number of bytes: nobody promises whole samples. */
	for (gsize at = 0; at < size; at += piece)
		g_ptr_array_add(pieces, g_bytes_new(data + at, MIN(piece, size - at)));
	return pieces;
}

void
offhook_emu_speech_serve(OffhookEmuService *self, SoupServerMessage *msg, OffhookEmuFault fault)
{
	SoupMessageBody *request = soup_server_message_get_request_body(msg);
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(OffhookEmuPcm) pcm = NULL;
	g_autofree gchar *wrong = NULL;
	gboolean bytes = fault == OFFHOOK_EMU_FAULT_BYTES;
	gboolean wav;
	JsonObject *body;

	if (!json_parser_load_from_data(parser, request->data, (gssize)request->length, NULL) ||
	    !JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser))) {
		offhook_emu_service_refuse(self, msg, "the body is not a JSON object");
		return;
	}
	body = json_node_get_object(json_parser_get_root(parser));
	wrong = offhook_emu_check_speech(body);
	if (wrong != NULL) {
		offhook_emu_service_refuse(self, msg, "%s", wrong);
		return;
	}
	if (offhook_emu_reply_fault(self, msg, fault))
		return;
	pcm = offhook_emu_saying_make(offhook_emu_get_text(body, "input"),
				      self->options->voice.name, RATE);
	wav = g_strcmp0(offhook_emu_get_text(body, "response_format"), "wav") == 0;
	offhook_emu_reply_stream(self, msg,
				 &(OffhookEmuReplyPlan){
				     .content_type = wav ? "audio/wav" : "audio/pcm",
				     .pieces = offhook_emu_speech_cut(
					 pcm, wav, bytes ? 1 : RATE / 1000 * 2 * PIECE_MS + 1),
				     .first_ms = (guint)self->options->voice.first_ms,
				     .gap_ms = bytes ? 0 : PIECE_MS / self->options->voice.speed,
				     .fault = fault,
				     .fault_at = 4,
				 });
}

/* ---- transcription ---- */

typedef struct {
	GBytes *file;   /* NULL: none */
	gboolean named; /* has a file name and a type */
	gchar *model;
	gchar *format;
	gchar *unknown;
} OffhookEmuUpload;

static void
offhook_emu_transcription_read_part(OffhookEmuUpload *form, SoupMessageHeaders *headers,
				    GBytes *body)
{
	g_autoptr(GHashTable) params = NULL;
	g_autofree gchar *disposition = NULL;
	g_autofree gchar *text = g_strndup(g_bytes_get_data(body, NULL), g_bytes_get_size(body));
	const gchar *name;

	if (!soup_message_headers_get_content_disposition(headers, &disposition, &params) ||
	    (name = g_hash_table_lookup(params, "name")) == NULL)
		return;
	if (g_str_equal(name, "file")) {
		g_clear_pointer(&form->file, g_bytes_unref);
		form->file = g_bytes_ref(body);
		form->named = g_hash_table_lookup(params, "filename") != NULL &&
			      soup_message_headers_get_content_type(headers, NULL) != NULL;
	} else if (g_str_equal(name, "model")) {
		form->model = g_steal_pointer(&text);
	} else if (g_str_equal(name, "response_format")) {
		form->format = g_steal_pointer(&text);
	} else if (!g_str_equal(name, "language") && !g_str_equal(name, "prompt") &&
		   !g_str_equal(name, "temperature")) {
		form->unknown = g_strdup(name);
	}
}

static void
offhook_emu_upload_clear(OffhookEmuUpload *form)
{
	g_clear_pointer(&form->file, g_bytes_unref);
	g_free(form->model);
	g_free(form->format);
	g_free(form->unknown);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookEmuUpload, offhook_emu_upload_clear)

/* NULL: all is well, and @pcm is what was said */
static const gchar *
offhook_emu_transcription_read(SoupServerMessage *msg, OffhookEmuUpload *form, OffhookEmuPcm **pcm)
{
	g_autoptr(GBytes) body =
	    soup_message_body_flatten(soup_server_message_get_request_body(msg));
	SoupMultipart *parts =
	    soup_multipart_new_from_message(soup_server_message_get_request_headers(msg), body);

	if (parts == NULL)
		return "the body is not multipart/form-data";
	for (gint i = 0; i < soup_multipart_get_length(parts); i++) {
		SoupMessageHeaders *headers;
		GBytes *part;

		if (soup_multipart_get_part(parts, i, &headers, &part))
			offhook_emu_transcription_read_part(form, headers, part);
	}
	soup_multipart_free(parts);
	if (form->file == NULL || !form->named)
		return "file: expected a part with a file name and a type";
	if (form->model == NULL || *form->model == '\0')
		return "model: expected a part";
	if (form->unknown != NULL)
		return "a part that is not known";
	if (form->format != NULL && !g_str_equal(form->format, "json"))
		return "response_format: this emulator has json only";
	if (g_bytes_get_size(form->file) < LEAST_BYTES)
		return "file: expected a WAV file";
	*pcm = offhook_emu_wav_parse("file", g_bytes_get_data(form->file, NULL),
				     g_bytes_get_size(form->file), NULL);
	return *pcm != NULL ? NULL : "file: expected a WAV file";
}

static GPtrArray *
offhook_emu_transcription_cut(const gchar *text)
{
	GPtrArray *pieces = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	g_autofree gchar *object = g_strdup_printf("{\"text\":\"%s\"}", text);

	for (const gchar *at = object; *at != '\0'; at++)
		g_ptr_array_add(pieces, g_bytes_new(at, 1));
	return pieces;
}

/*
 * What was said, by the script or by how long it was. Silence is no turn of a conversation, but how
 * servers find out whether we are there: it has no words, and takes none from the script.
 */
static gchar *
offhook_emu_transcription_make(OffhookEmuService *self, const OffhookEmuPcm *pcm)
{
	const gint16 *samples = (const gint16 *)(gpointer)pcm->samples->data;
	const gchar *text;

	if (offhook_emu_pcm_rms(samples, pcm->samples->len) < SILENCE)
		return g_strdup("");
	text = offhook_emu_openai_script_take_transcript(self->script);
	return text != NULL ? g_strdup(text)
			    : g_strdup_printf("%.1f seconds of speech",
					      (gdouble)pcm->samples->len / pcm->rate);
}

void
offhook_emu_transcription_serve(OffhookEmuService *self, SoupServerMessage *msg,
				OffhookEmuFault fault)
{
	g_auto(OffhookEmuUpload) form = {0};
	g_autoptr(OffhookEmuPcm) pcm = NULL;
	const gchar *wrong = offhook_emu_transcription_read(msg, &form, &pcm);
	g_autofree gchar *text = NULL;
	JsonObject *object;

	if (wrong != NULL) {
		offhook_emu_service_refuse(self, msg, "%s", wrong);
		return;
	}
	if (offhook_emu_reply_fault(self, msg, fault))
		return;
	text = offhook_emu_transcription_make(self, pcm);
	if (fault == OFFHOOK_EMU_FAULT_NONE) {
		object = json_object_new();
		json_object_set_string_member(object, "text", text);
		offhook_emu_reply_object(msg, 200, object, (guint)self->options->transcript_ms);
		return;
	}
	/* Wrong in the middle: the object leaves in pieces. */
	offhook_emu_reply_stream(
	    self, msg,
	    &(OffhookEmuReplyPlan){
		.content_type = "application/json",
		.pieces = offhook_emu_transcription_cut(text),
		.first_ms = (guint)self->options->transcript_ms,
		.fault = fault,
		.fault_at = 2,
		.replaces = "<html>",
	    });
}
