/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* POST /embeddings: each word has a direction of its own, and a text goes where its words go. */

#include "check.h"
#include "reply.h"

#include <math.h>
#include <string.h>

#define DEFAULT_DIMENSIONS 256
#define MOST_TEXTS         2048

/* The same word, the same numbers, whatever runs it: words are told apart by a hash of their letters. */
static void
offhook_emu_embedding_add_word(gdouble *vector, guint n, const gchar *word)
{
	guint64 state = 1469598103934665603u;

	for (const gchar *at = word; *at != '\0'; at++)
		state = (state ^ (guint8)*at) * 1099511628211u;
	for (guint i = 0; i < n; i++) {
		state = state * 6364136223846793005u + 1442695040888963407u;
		vector[i] += (gdouble)(state >> 40) / (gdouble)(1u << 23) - 1.0;
	}
}

/* Of length 1, as the service's are. */
static JsonArray *
offhook_emu_embedding_make(const gchar *text, guint n)
{
	g_autofree gchar *small = g_utf8_strdown(text, -1);
	g_auto(GStrv) words = g_strsplit_set(small, " \t\r\n.,;:!?\"'()", -1);
	g_autofree gdouble *vector = g_new0(gdouble, n);
	JsonArray *numbers = json_array_sized_new(n);
	gdouble square = 0;

	offhook_emu_embedding_add_word(vector, n, "");
	for (gchar **word = words; *word != NULL; word++)
		for (guint i = 0; **word != '\0' && i < 3; i++)
			offhook_emu_embedding_add_word(vector, n, *word);
	for (guint i = 0; i < n; i++)
		square += vector[i] * vector[i];
	for (guint i = 0; i < n; i++)
		json_array_add_double_element(numbers, vector[i] / sqrt(square));
	return numbers;
}

/* NULL: @texts has them all */
static gchar *
offhook_emu_embedding_read_input(JsonObject *body, GPtrArray *texts)
{
	JsonNode *node = json_object_get_member(body, "input");
	JsonArray *list =
	    node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
	const gchar *one = offhook_emu_get_text(body, "input");

	if (one != NULL)
		g_ptr_array_add(texts, (gpointer)one);
	for (guint i = 0; list != NULL && i < json_array_get_length(list); i++) {
		JsonNode *element = json_array_get_element(list, i);

		if (json_node_get_value_type(element) != G_TYPE_STRING)
			return g_strdup("input: expected strings");
		g_ptr_array_add(texts, (gpointer)json_node_get_string(element));
	}
	if (texts->len == 0 || texts->len > MOST_TEXTS)
		return g_strdup_printf("input: expected 1 to %d strings", MOST_TEXTS);
	for (guint i = 0; i < texts->len; i++)
		if (*(const gchar *)g_ptr_array_index(texts, i) == '\0')
			return g_strdup("input: an empty string");
	return NULL;
}

static JsonObject *
offhook_emu_embedding_answer(JsonObject *body, GPtrArray *texts)
{
	JsonObject *answer = json_object_new();
	JsonArray *data = json_array_new();
	JsonObject *usage = json_object_new();
	gint64 tokens = 0;
	guint n =
	    (guint)json_object_get_int_member_with_default(body, "dimensions", DEFAULT_DIMENSIONS);

	/* Backwards: what they belong to is said by the index alone. */
	for (guint i = texts->len; i-- > 0;) {
		JsonObject *item = json_object_new();

		json_object_set_string_member(item, "object", "embedding");
		json_object_set_int_member(item, "index", i);
		json_object_set_array_member(
		    item, "embedding", offhook_emu_embedding_make(g_ptr_array_index(texts, i), n));
		json_array_add_object_element(data, item);
		/* Some four letters each. */
		tokens += 1 + (gint64)strlen(g_ptr_array_index(texts, i)) / 4;
	}
	json_object_set_int_member(usage, "prompt_tokens", tokens);
	json_object_set_int_member(usage, "total_tokens", tokens);
	json_object_set_object_member(answer, "usage", usage);
	json_object_set_string_member(answer, "object", "list");
	json_object_set_array_member(answer, "data", data);
	json_object_set_string_member(answer, "model", offhook_emu_get_text(body, "model"));
	return answer;
}

void
offhook_emu_embeddings_serve(OffhookEmuService *self, SoupServerMessage *msg, OffhookEmuFault fault)
{
	g_autoptr(GBytes) bytes =
	    soup_message_body_flatten(soup_server_message_get_request_body(msg));
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GPtrArray) texts = g_ptr_array_new();
	g_autofree gchar *wrong = NULL;
	JsonObject *body;

	if (!json_parser_load_from_data(parser, g_bytes_get_data(bytes, NULL),
					(gssize)g_bytes_get_size(bytes), NULL) ||
	    !JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser))) {
		offhook_emu_service_refuse(self, msg, "the body is no JSON object");
		return;
	}
	body = json_node_get_object(json_parser_get_root(parser));
	wrong = offhook_emu_check_embeddings(body);
	if (wrong == NULL)
		wrong = offhook_emu_embedding_read_input(body, texts);
	if (wrong != NULL) {
		offhook_emu_service_refuse(self, msg, "%s", wrong);
		return;
	}
	if (offhook_emu_reply_fault(self, msg, fault))
		return;
	offhook_emu_reply_object(msg, 200, offhook_emu_embedding_answer(body, texts), 0);
}
