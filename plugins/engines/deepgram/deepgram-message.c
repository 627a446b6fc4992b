/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "deepgram-message.h"

#include <math.h>
#include <offhook/error.h>
#include <offhook/json.h>
#include <offhook/rest-reply.h>
#include <string.h>

#define MAX_WORDS   200 /* bytes of what the service says of an error */
#define MAX_SECONDS 1e6

/* ---- errors ---- */

/* One line, whole characters. (transfer full) */
static char *
offhook_deepgram_tidy(const char *text)
{
	char *valid = g_utf8_make_valid(text, (gssize)strnlen(text, MAX_WORDS));

	return g_strstrip(g_strdelimit(valid, "\r\n\t\v\f\x1b", ' '));
}

/* The first of its members that is there. (nullable) */
static const char *
offhook_deepgram_pick(JsonObject *object, const char *const *names)
{
	const char *value = NULL;

	for (guint i = 0; names[i] != NULL && value == NULL; i++)
		value = offhook_json_get_string(object, names[i]);
	return value;
}

/* Two generations of refusals, and the error messages of the sockets. (nullable) */
static const char *
offhook_deepgram_get_words(JsonObject *object)
{
	static const char *const names[] = {"err_msg", "message", "description", "details", NULL};

	return object != NULL ? offhook_deepgram_pick(object, names) : NULL;
}

static OffhookError
offhook_deepgram_map_status(guint status)
{
	switch (status) {
	case 400:
	case 422:
		return OFFHOOK_ERROR_INVALID_ARGUMENT;
	case 408:
	case 504:
		return OFFHOOK_ERROR_TIMED_OUT;
	default:
		return offhook_rest_get_error_code(status);
	}
}

/* What the service says about a key may hold a part of it. */
static GError *
offhook_deepgram_make_refusal(const OffhookSocketEnd *end)
{
	OffhookError code = offhook_deepgram_map_status(end->status);
	g_autoptr(JsonObject) body =
	    end->body != NULL ? offhook_json_parse_object(end->body, -1, "body", NULL) : NULL;
	const char *words = offhook_deepgram_get_words(body);
	const char *request = g_hash_table_lookup(end->headers, "dg-request-id");
	const char *after = g_hash_table_lookup(end->headers, "retry-after");
	g_autoptr(GString) text = g_string_new("deepgram: the service ");
	g_autofree char *tidy = NULL;

	g_string_append_printf(text, "%s, status %u",
			       code == OFFHOOK_ERROR_AUTHENTICATION ? "refused the key (api-key)"
								    : "refused the connection",
			       end->status);
	if (request != NULL && strlen(request) <= MAX_WORDS)
		g_string_append_printf(text, ", request %s", request);
	if (after != NULL && g_ascii_isdigit(*after))
		g_string_append_printf(text, ", it asks to wait %" G_GUINT64_FORMAT " s",
				       g_ascii_strtoull(after, NULL, 10));
	if (words == NULL)
		words = g_hash_table_lookup(end->headers, "dg-error");
	if (words != NULL && code != OFFHOOK_ERROR_AUTHENTICATION) {
		tidy = offhook_deepgram_tidy(words);
		g_string_append_printf(text, ": %s", tidy);
	}
	return g_error_new(OFFHOOK_ERROR, (int)code, "%s", text->str);
}

/* Reasons of a close say more than its code. */
static const struct {
	const char *word;
	OffhookError error;
	const char *meaning;
} offhook_deepgram_reasons[] = {
    {"NET-0001", OFFHOOK_ERROR_TIMED_OUT, "it got neither audio nor a sign of life"},
    {"NET-0000", OFFHOOK_ERROR_TIMED_OUT, "it was too slow itself"},
    {"DATA-0000", OFFHOOK_ERROR_INVALID_ARGUMENT, "it can't decode the audio"},
};

GError *
offhook_deepgram_make_error(const OffhookSocketEnd *end)
{
	g_autofree char *reason = offhook_deepgram_tidy(end->reason);

	if (end->status != 0)
		return offhook_deepgram_make_refusal(end);
	for (guint i = 0; i < G_N_ELEMENTS(offhook_deepgram_reasons); i++)
		if (strstr(reason, offhook_deepgram_reasons[i].word) != NULL)
			return g_error_new(OFFHOOK_ERROR, (int)offhook_deepgram_reasons[i].error,
					   "deepgram: the service closed with %u: %s: %s",
					   end->code, offhook_deepgram_reasons[i].meaning, reason);
	if (end->error != NULL)
		return g_error_new(OFFHOOK_ERROR, end->error->code, "deepgram: %s",
				   end->error->message);
	return g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER,
			   "deepgram: the service closed with %u in the middle of it", end->code);
}

/* ---- messages ---- */

/* A number from @from to @to; what is none becomes @from. */
static double
offhook_deepgram_get_double(JsonObject *object, const char *name, double from, double to)
{
	JsonNode *node = json_object_get_member(object, name);
	double value =
	    node != NULL && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_double(node) : from;

	return isfinite(value) ? CLAMP(value, from, to) : from;
}

static gboolean
offhook_deepgram_get_boolean(JsonObject *object, const char *name)
{
	JsonNode *node = json_object_get_member(object, name);

	return node != NULL && JSON_NODE_HOLDS_VALUE(node) && json_node_get_boolean(node);
}

/* (nullable): the first, which is the best */
static JsonObject *
offhook_deepgram_get_alternative(JsonObject *object)
{
	JsonObject *channel = offhook_json_get_object(object, "channel");
	JsonArray *list = channel != NULL ? offhook_json_get_array(channel, "alternatives") : NULL;
	JsonNode *node = list != NULL && json_array_get_length(list) > 0
			     ? json_array_get_element(list, 0)
			     : NULL;

	return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

static gboolean
offhook_deepgram_message_read_results(OffhookDeepgramMessage *self, JsonObject *object,
				      GError **error)
{
	JsonObject *alternative = offhook_deepgram_get_alternative(object);
	const char *text =
	    alternative != NULL ? offhook_json_get_string(alternative, "transcript") : NULL;

	if (text == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "deepgram: results without a transcript");
		return FALSE;
	}
	self->text = g_strstrip(g_strdup(text));
	self->confidence = offhook_deepgram_get_double(alternative, "confidence", 0, 1);
	self->start = offhook_deepgram_get_double(object, "start", 0, MAX_SECONDS);
	self->duration = offhook_deepgram_get_double(object, "duration", 0, MAX_SECONDS);
	self->is_final = offhook_deepgram_get_boolean(object, "is_final");
	self->from_finalize = offhook_deepgram_get_boolean(object, "from_finalize");
	return TRUE;
}

static GError *
offhook_deepgram_make_stream_error(JsonObject *object)
{
	const char *words = offhook_deepgram_get_words(object);
	g_autofree char *tidy = offhook_deepgram_tidy(words != NULL ? words : "no reason given");

	return g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER,
			   "deepgram: the service failed: %s", tidy);
}

gboolean
offhook_deepgram_message_parse(OffhookDeepgramMessage *self, const char *text, gsize size,
			       GError **error)
{
	g_autoptr(JsonObject) object =
	    offhook_json_parse_object(text, (gssize)size, "deepgram: a message", error);
	const char *type;

	*self = (OffhookDeepgramMessage){0};
	if (object == NULL)
		return FALSE;
	type = offhook_json_get_string(object, "type");
	if (g_strcmp0(type, "Results") == 0) {
		self->kind = OFFHOOK_DEEPGRAM_RESULTS;
		return offhook_deepgram_message_read_results(self, object, error);
	}
	if (g_strcmp0(type, "Flushed") == 0) {
		self->kind = OFFHOOK_DEEPGRAM_FLUSHED;
	} else if (g_strcmp0(type, "Cleared") == 0) {
		self->kind = OFFHOOK_DEEPGRAM_CLEARED;
	} else if (g_strcmp0(type, "Error") == 0 ||
		   (type == NULL && offhook_deepgram_get_words(object) != NULL)) {
		self->kind = OFFHOOK_DEEPGRAM_ERROR;
		self->error = offhook_deepgram_make_stream_error(object);
	}
	return TRUE;
}

void
offhook_deepgram_message_clear(OffhookDeepgramMessage *self)
{
	g_clear_pointer(&self->text, g_free);
	g_clear_error(&self->error);
}

char *
offhook_deepgram_make_command(const char *type, const char *text)
{
	g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
	JsonObject *object = json_object_new();

	json_node_take_object(root, object);
	json_object_set_string_member(object, "type", type);
	if (text != NULL)
		json_object_set_string_member(object, "text", text);
	return offhook_json_node_to_string(root);
}
