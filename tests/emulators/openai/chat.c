/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* POST /chat/completions: what the script says, word by word, with the habits of a server. */

#include "check.h"
#include "reply.h"
#include "service.h"

#include <string.h>

#define FRAGMENT 5 /* bytes of arguments in a piece */

/* An answer as it grows. */
typedef struct {
	const OffhookEmuFlavour *flavour;
	const gchar *model;
	gboolean usage; /* was asked for */
	GPtrArray *pieces;
	guint n_words;
} OffhookEmuChat;

static gchar *
offhook_emu_chat_to_text(JsonObject *object)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);

	json_node_take_object(node, object);
	return json_to_string(node, FALSE);
}

static void
offhook_emu_chat_add_line(OffhookEmuChat *self, const gchar *line)
{
	g_ptr_array_add(self->pieces,
			g_bytes_new_take(g_strconcat(line, "\n\n", NULL), strlen(line) + 2));
}

static JsonObject *
offhook_emu_chat_new_object(const OffhookEmuChat *self, const gchar *kind)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "id", "chatcmpl-1");
	json_object_set_string_member(object, "object", kind);
	json_object_set_int_member(object, "created", 1);
	json_object_set_string_member(object, "model", self->model);
	return object;
}

static void
offhook_emu_chat_add_chunk(OffhookEmuChat *self, JsonArray *choices, JsonObject *usage)
{
	JsonObject *chunk = offhook_emu_chat_new_object(self, "chat.completion.chunk");
	g_autofree gchar *text = NULL;
	g_autofree gchar *line = NULL;

	json_object_set_array_member(chunk, "choices", choices);
	if (usage != NULL)
		json_object_set_object_member(chunk, "usage", usage);
	else if (self->usage && self->flavour->usage_member)
		json_object_set_null_member(chunk, "usage");
	text = offhook_emu_chat_to_text(chunk);
	line = g_strconcat("data: ", text, NULL);
	offhook_emu_chat_add_line(self, line);
}

/* @delta is taken over; @reason: NULL: not yet */
static void
offhook_emu_chat_add_delta(OffhookEmuChat *self, JsonObject *delta, const gchar *reason)
{
	JsonArray *choices = json_array_new();
	JsonObject *choice = json_object_new();

	json_object_set_int_member(choice, "index", 0);
	json_object_set_object_member(choice, "delta", delta);
	if (reason != NULL)
		json_object_set_string_member(choice, "finish_reason", reason);
	else
		json_object_set_null_member(choice, "finish_reason");
	json_array_add_object_element(choices, choice);
	offhook_emu_chat_add_chunk(self, choices, NULL);
}

/* A word with the space after it, as tokens are. */
static void
offhook_emu_chat_add_words(OffhookEmuChat *self, const gchar *member, const gchar *text)
{
	while (*text != '\0') {
		gsize length = strcspn(text, " ");
		JsonObject *delta = json_object_new();
		g_autofree gchar *word = NULL;

		length += strspn(text + length, " ");
		word = g_strndup(text, length);
		json_object_set_string_member(delta, member, word);
		offhook_emu_chat_add_delta(self, delta, NULL);
		text += length;
		self->n_words++;
	}
}

/* @id, @name: NULL: not in this piece */
static void
offhook_emu_chat_add_call_piece(OffhookEmuChat *self, guint index, const gchar *id,
				const gchar *name, const gchar *arguments)
{
	JsonObject *function = json_object_new();
	JsonObject *call = json_object_new();
	JsonObject *delta = json_object_new();
	JsonArray *calls = json_array_new();

	json_object_set_int_member(call, "index", index);
	if (id != NULL) {
		json_object_set_string_member(call, "id", id);
		json_object_set_string_member(call, "type", "function");
		json_object_set_string_member(function, "name", name);
	}
	json_object_set_string_member(function, "arguments", arguments);
	json_object_set_object_member(call, "function", function);
	json_array_add_object_element(calls, call);
	json_object_set_array_member(delta, "tool_calls", calls);
	offhook_emu_chat_add_delta(self, delta, NULL);
}

static void
offhook_emu_chat_add_call(OffhookEmuChat *self, guint index, JsonObject *tool)
{
	g_autofree gchar *id = g_strdup_printf("call_%u_%08x", index, g_random_int());
	const gchar *name = json_object_get_string_member(tool, "name");
	g_autofree gchar *arguments = offhook_emu_chat_to_text(
	    json_object_ref(json_object_get_object_member(tool, "arguments")));

	if (self->flavour->whole_calls) {
		offhook_emu_chat_add_call_piece(self, index, id, name, arguments);
		return;
	}
	offhook_emu_chat_add_call_piece(self, index, id, name, "");
	for (gsize at = 0; at < strlen(arguments); at += FRAGMENT) {
		g_autofree gchar *piece = g_strndup(arguments + at, FRAGMENT);

		offhook_emu_chat_add_call_piece(self, index, NULL, NULL, piece);
	}
}

static JsonObject *
offhook_emu_chat_make_usage(const OffhookEmuChat *self, guint prompt)
{
	JsonObject *usage = json_object_new();

	json_object_set_int_member(usage, "prompt_tokens", prompt);
	json_object_set_int_member(usage, "completion_tokens", MAX(self->n_words, 1));
	json_object_set_int_member(usage, "total_tokens", prompt + MAX(self->n_words, 1));
	return usage;
}

static const gchar *
offhook_emu_chat_get_reason(const OffhookEmuChat *self, const OffhookEmuAnswer *answer,
			    OffhookEmuFault fault)
{
	if (fault == OFFHOOK_EMU_FAULT_ABORT)
		return "abort";
	return answer->tools != NULL && !self->flavour->late_finish ? "tool_calls" : "stop";
}

static void
offhook_emu_chat_compose(OffhookEmuChat *self, const OffhookEmuAnswer *answer, guint prompt,
			 OffhookEmuFault fault)
{
	JsonObject *first = json_object_new();

	json_object_set_string_member(first, "role", "assistant");
	if (self->flavour->null_content)
		json_object_set_null_member(first, "content");
	else
		json_object_set_string_member(first, "content", "");
	offhook_emu_chat_add_delta(self, first, NULL);
	if (answer->think != NULL)
		offhook_emu_chat_add_words(self, self->flavour->reasoning, answer->think);
	if (self->flavour->pings)
		offhook_emu_chat_add_line(self, ":");
	if (answer->text != NULL) {
		gsize size = strlen(answer->text);
		/* What is given up is not complete. */
		g_autofree gchar *text =
		    g_strndup(answer->text, fault == OFFHOOK_EMU_FAULT_ABORT ? size * 2 / 3 : size);

		offhook_emu_chat_add_words(self, "content", text);
	}
	for (guint i = 0; answer->tools != NULL && i < json_array_get_length(answer->tools); i++)
		offhook_emu_chat_add_call(self, i, json_array_get_object_element(answer->tools, i));
	offhook_emu_chat_add_delta(self, json_object_new(),
				   offhook_emu_chat_get_reason(self, answer, fault));
	if (self->usage)
		offhook_emu_chat_add_chunk(self, json_array_new(),
					   offhook_emu_chat_make_usage(self, prompt));
	offhook_emu_chat_add_line(self, "data: [DONE]");
}

/* The pieces, byte by byte and with the other ends of lines. */
static GPtrArray *
offhook_emu_chat_crumble(GPtrArray *pieces)
{
	GPtrArray *crumbs = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

	for (guint i = 0; i < pieces->len; i++) {
		gsize size;
		const gchar *data = g_bytes_get_data(g_ptr_array_index(pieces, i), &size);

		for (gsize k = 0; k < size; k++) {
			if (data[k] == '\n')
				g_ptr_array_add(crumbs, g_bytes_new_static("\r", 1));
			g_ptr_array_add(crumbs, g_bytes_new(data + k, 1));
		}
	}
	g_ptr_array_unref(pieces);
	return crumbs;
}

static void
offhook_emu_chat_answer_whole(OffhookEmuService *service, SoupServerMessage *msg,
			      const OffhookEmuChat *chat, const OffhookEmuAnswer *answer,
			      guint prompt)
{
	JsonObject *message = json_object_new();
	JsonObject *choice = json_object_new();
	JsonArray *choices = json_array_new();
	JsonObject *object = offhook_emu_chat_new_object(chat, "chat.completion");

	json_object_set_string_member(message, "role", "assistant");
	json_object_set_string_member(message, "content", answer->text != NULL ? answer->text : "");
	json_object_set_int_member(choice, "index", 0);
	json_object_set_object_member(choice, "message", message);
	json_object_set_string_member(choice, "finish_reason", "stop");
	json_array_add_object_element(choices, choice);
	json_object_set_array_member(object, "choices", choices);
	json_object_set_object_member(object, "usage", offhook_emu_chat_make_usage(chat, prompt));
	offhook_emu_reply_object(msg, 200, object, (guint)service->options->first_token_ms);
}

/* Something like tokens. */
static guint
offhook_emu_chat_count(JsonArray *messages)
{
	guint count = 0;

	for (guint i = 0; i < json_array_get_length(messages); i++) {
		const gchar *text =
		    offhook_emu_get_text(json_array_get_object_element(messages, i), "content");
		g_auto(GStrv) words = g_strsplit(text != NULL ? text : "", " ", -1);

		count += g_strv_length(words) + 3;
	}
	return count;
}

static gboolean
offhook_emu_chat_wants_usage(JsonObject *body)
{
	JsonNode *options = json_object_get_member(body, "stream_options");

	return options != NULL && JSON_NODE_HOLDS_OBJECT(options) &&
	       json_object_get_boolean_member_with_default(json_node_get_object(options),
							   "include_usage", FALSE);
}

static void
offhook_emu_chat_answer(OffhookEmuService *service, SoupServerMessage *msg, JsonObject *body,
			const OffhookEmuAnswer *answer, OffhookEmuFault fault)
{
	static const gchar error[] = "data: {\"error\":{\"message\":\"as was asked for\",\"type\":"
				     "\"server_error\",\"code\":null}}\n\ndata: [DONE]\n\n";
	guint prompt = offhook_emu_chat_count(json_object_get_array_member(body, "messages"));
	OffhookEmuChat chat = {
	    .flavour = service->options->flavour,
	    .model = offhook_emu_get_text(body, "model"),
	    .usage = offhook_emu_chat_wants_usage(body),
	    .pieces = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref),
	};
	OffhookEmuReplyPlan plan = {
	    .content_type = "text/event-stream",
	    .first_ms = (guint)service->options->first_token_ms,
	    .gap_ms = 1000 / service->options->tokens_per_second,
	    .fault = fault,
	    .fault_at = 4,
	    .replaces = fault == OFFHOOK_EMU_FAULT_GARBAGE ? "data: {{{<html>\n\n" : error,
	};

	if (fault == OFFHOOK_EMU_FAULT_WHOLE ||
	    !json_object_get_boolean_member_with_default(body, "stream", FALSE)) {
		g_ptr_array_unref(chat.pieces);
		offhook_emu_chat_answer_whole(service, msg, &chat, answer, prompt);
		return;
	}
	offhook_emu_chat_compose(&chat, answer, prompt, fault);
	plan.pieces = chat.pieces;
	if (fault == OFFHOOK_EMU_FAULT_BYTES) {
		plan.pieces = offhook_emu_chat_crumble(chat.pieces);
		plan.gap_ms = 0;
	}
	offhook_emu_reply_stream(service, msg, &plan);
}

void
offhook_emu_chat_serve(OffhookEmuService *self, SoupServerMessage *msg, OffhookEmuFault fault)
{
	SoupMessageBody *request = soup_server_message_get_request_body(msg);
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autofree gchar *wrong = NULL;
	OffhookEmuAnswer echo = {0};
	const OffhookEmuAnswer *answer;
	JsonObject *body, *last;
	JsonArray *messages;
	const gchar *text;
	gboolean is_tool;

	if (!json_parser_load_from_data(parser, request->data, (gssize)request->length, NULL) ||
	    !JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser))) {
		offhook_emu_service_refuse(self, msg, "the body is not a JSON object");
		return;
	}
	body = json_node_get_object(json_parser_get_root(parser));
	wrong = offhook_emu_check_chat(body);
	if (wrong != NULL) {
		offhook_emu_service_refuse(self, msg, "%s", wrong);
		return;
	}
	g_free(self->last_chat);
	self->last_chat = g_strndup(request->data, (gsize)request->length);
	messages = json_object_get_array_member(body, "messages");
	last = json_array_get_object_element(messages, json_array_get_length(messages) - 1);
	text = offhook_emu_get_text(last, "content");
	is_tool = g_strcmp0(offhook_emu_get_text(last, "role"), "tool") == 0;
	answer = offhook_emu_openai_script_find(self->script, text != NULL ? text : "", is_tool);
	echo.text = g_strconcat("I heard: ", text, NULL);
	if (answer == NULL)
		answer = &echo;
	if (fault == OFFHOOK_EMU_FAULT_NONE)
		fault = answer->fault;
	if (!offhook_emu_reply_fault(self, msg, fault))
		offhook_emu_chat_answer(self, msg, body, answer, fault);
	g_free(echo.text);
}
