/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* /v1/calls: placing, listing and showing calls. */

#include "rest-private.h"

#include <string.h>

#define OFFHOOK_EMU_REST_REFUSALS 3
#define OFFHOOK_EMU_REST_LATE_MS  400
#define OFFHOOK_EMU_REST_SLOW_MS  1500

#define OPTIONAL(name, kind)                                                                       \
	{                                                                                          \
		name, OFFHOOK_EMU_RULE_##kind, FALSE, 0, 0, NULL, NULL                             \
	}

static const OffhookEmuRule offhook_emu_rest_from[] = {
    {"type", OFFHOOK_EMU_RULE_STRING, TRUE, 1, 0, "phone", NULL},
    {"number", OFFHOOK_EMU_RULE_STRING, TRUE, 1, 0, "[0-9]{7,15}|sips?:.+", NULL},
    {0}};
static const OffhookEmuRule offhook_emu_rest_detection[] = {
    {"behavior", OFFHOOK_EMU_RULE_STRING, FALSE, 1, 0, "continue|hangup", NULL},
    {"mode", OFFHOOK_EMU_RULE_STRING, FALSE, 1, 0, "default|detect|detect_beep", NULL},
    {"beep_timeout", OFFHOOK_EMU_RULE_INTEGER, FALSE, 45, 120, NULL, NULL},
    {0}};
static const OffhookEmuRule offhook_emu_rest_create[] = {
    {"to", OFFHOOK_EMU_RULE_ENDPOINTS, TRUE, 0, 0, NULL, NULL},
    {"from", OFFHOOK_EMU_RULE_OBJECT, FALSE, 0, 0, NULL, offhook_emu_rest_from},
    OPTIONAL("random_from_number", BOOLEAN),
    OPTIONAL("ncco", NCCO),
    OPTIONAL("answer_url", URLS),
    {"answer_method", OFFHOOK_EMU_RULE_STRING, FALSE, 1, 0, "GET|POST", NULL},
    OPTIONAL("event_url", URLS),
    {"event_method", OFFHOOK_EMU_RULE_STRING, FALSE, 1, 0, "GET|POST", NULL},
    {"machine_detection", OFFHOOK_EMU_RULE_STRING, FALSE, 1, 0, "continue|hangup", NULL},
    {"advanced_machine_detection", OFFHOOK_EMU_RULE_OBJECT, FALSE, 0, 0, NULL,
     offhook_emu_rest_detection},
    {"length_timer", OFFHOOK_EMU_RULE_INTEGER, FALSE, 1, 86400, NULL, NULL},
    {"ringing_timer", OFFHOOK_EMU_RULE_INTEGER, FALSE, 1, 120, NULL, NULL},
    {0}};

/* NULL after a refusal. (transfer full) */
static JsonObject *
offhook_emu_rest_calls_read(OffhookEmuRequest *request)
{
	g_autoptr(JsonObject) body =
	    offhook_emu_rest_read_checked(request, offhook_emu_rest_create);
	JsonObject *to;

	if (body == NULL)
		return NULL;
	to = json_array_get_object_element(json_object_get_array_member(body, "to"), 0);
	if (json_object_has_member(body, "ncco") == json_object_has_member(body, "answer_url"))
		offhook_emu_rest_refuse_parameter(request, "ncco",
						  "exactly one of ncco and answer_url is needed");
	else if (json_object_has_member(body, "from") ==
		 json_object_get_boolean_member_with_default(body, "random_from_number", FALSE))
		offhook_emu_rest_refuse_parameter(
		    request, "from", "exactly one of from and random_from_number is needed");
	else if (!g_str_equal(json_object_get_string_member(to, "type"), "phone"))
		offhook_emu_rest_refuse_parameter(request, "to", "only phones are emulated");
	else
		return g_steal_pointer(&body);
	return NULL;
}

/* TRUE when the number's fate is to be refused. */
static gboolean
offhook_emu_rest_calls_refuse(OffhookEmuRest *self, OffhookEmuRequest *request, OffhookEmuFate fate,
			      const gchar *to)
{
	guint times = GPOINTER_TO_UINT(g_hash_table_lookup(self->refusals, to));

	if (fate == OFFHOOK_EMU_FATE_TOO_MANY && times < OFFHOOK_EMU_REST_REFUSALS) {
		g_hash_table_insert(self->refusals, g_strdup(to), GUINT_TO_POINTER(times + 1));
		offhook_emu_rest_refuse(request, 429, "Too Many Requests", "a storm on demand");
	} else if (fate == OFFHOOK_EMU_FATE_ERROR) {
		offhook_emu_rest_refuse(request, 500, "Internal Server Error", "on demand");
	} else if (fate == OFFHOOK_EMU_FATE_INVALID) {
		offhook_emu_rest_refuse_parameter(request, "to", "the number is not valid");
	} else if (fate == OFFHOOK_EMU_FATE_FORBIDDEN) {
		offhook_emu_rest_refuse(request, 403, "Forbidden",
					"the account may not call this number");
	}
	return request->status != 0;
}

static void
offhook_emu_rest_calls_reply_created(OffhookEmuRequest *request, OffhookEmuCall *call)
{
	g_autoptr(JsonObject) view = offhook_emu_call_view(call);
	JsonObject *body = json_object_new();
	static const gchar *const names[] = {"uuid", "status", "direction", "conversation_uuid"};

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		json_object_set_string_member(body, names[i],
					      json_object_get_string_member(view, names[i]));
	offhook_emu_request_reply(request, 201, body);
}

static void
offhook_emu_rest_calls_create(OffhookEmuRest *self, OffhookEmuRequest *request)
{
	g_autoptr(JsonObject) body = offhook_emu_rest_calls_read(request);
	const gchar *to;
	OffhookEmuCall *call;
	OffhookEmuFate fate;

	if (body == NULL)
		return;
	to = json_object_get_string_member(
	    json_array_get_object_element(json_object_get_array_member(body, "to"), 0), "number");
	fate = offhook_emu_fate_find(to);
	if (offhook_emu_rest_calls_refuse(self, request, fate, to))
		return;
	call = offhook_emu_call_new_outbound(self->options, self->address, self->session,
					     self->sink, ++self->started, body);
	g_hash_table_insert(self->calls, (gpointer)offhook_emu_call_get_uuid(call), call);
	g_ptr_array_add(self->order, call);
	if (fate == OFFHOOK_EMU_FATE_LOST_ERROR)
		offhook_emu_rest_refuse(request, 500, "Internal Server Error", "but it is placed");
	else
		offhook_emu_rest_calls_reply_created(request, call);
	if (fate == OFFHOOK_EMU_FATE_LOST)
		offhook_emu_request_delay(request, -1);
	else if (fate == OFFHOOK_EMU_FATE_SLOW)
		offhook_emu_request_delay(request, OFFHOOK_EMU_REST_SLOW_MS);
	else if (fate == OFFHOOK_EMU_FATE_EARLY)
		offhook_emu_request_delay(request, (gint)self->options->ring_ms * 4 +
						       OFFHOOK_EMU_REST_LATE_MS);
}

/* ---- listing ---- */

static void
offhook_emu_rest_calls_add_link(JsonObject *links, const gchar *name, gint64 index)
{
	JsonObject *link = json_object_new();
	g_autofree gchar *href = g_strdup_printf("/calls?record_index=%" G_GINT64_FORMAT, index);

	json_object_set_string_member(link, "href", href);
	json_object_set_object_member(links, name, link);
}

static gint64
offhook_emu_rest_calls_get_number(OffhookEmuRequest *request, const gchar *name, gint64 fallback)
{
	const gchar *text = offhook_emu_form_get(request->query, name);

	return text != NULL ? g_ascii_strtoll(text, NULL, 10) : fallback;
}

static void
offhook_emu_rest_calls_list(OffhookEmuRest *self, OffhookEmuRequest *request)
{
	const gchar *conversation = offhook_emu_form_get(request->query, "conversation_uuid");
	gboolean newest = g_strcmp0(offhook_emu_form_get(request->query, "order"), "desc") == 0;
	gint64 size = offhook_emu_rest_calls_get_number(request, "page_size", 10);
	gint64 index = offhook_emu_rest_calls_get_number(request, "record_index", 0);
	gint64 found = 0;
	JsonObject *body, *links, *embedded;
	JsonArray *calls;

	if (size < 1 || size > 100 || index < 0) {
		offhook_emu_rest_refuse_parameter(request, "page_size", "expected 1 to 100");
		return;
	}
	calls = json_array_new();
	for (guint i = 0; i < self->order->len; i++) {
		OffhookEmuCall *call =
		    g_ptr_array_index(self->order, newest ? self->order->len - 1 - i : i);
		g_autoptr(JsonObject) view = offhook_emu_call_view(call);

		if (conversation != NULL &&
		    !g_str_equal(json_object_get_string_member(view, "conversation_uuid"),
				 conversation))
			continue;
		if (found >= index && found < index + size)
			json_array_add_object_element(calls, json_object_ref(view));
		found++;
	}
	body = json_object_new();
	links = json_object_new();
	embedded = json_object_new();
	json_object_set_int_member(body, "count", found);
	json_object_set_int_member(body, "page_size", size);
	json_object_set_int_member(body, "record_index", index);
	offhook_emu_rest_calls_add_link(links, "self", index);
	if (index + size < found)
		offhook_emu_rest_calls_add_link(links, "next", index + size);
	json_object_set_object_member(body, "_links", links);
	json_object_set_array_member(embedded, "calls", calls);
	json_object_set_object_member(body, "_embedded", embedded);
	offhook_emu_request_reply(request, 200, body);
}

/* ---- one ---- */

/* Calls that came in are known by the region's host only. */
static gboolean
offhook_emu_rest_calls_is_here(OffhookEmuRest *self, OffhookEmuRequest *request, const gchar *uuid)
{
	gboolean placed = g_hash_table_contains(self->calls, uuid);
	GSocketAddress *address = soup_server_message_get_local_address(request->msg);
	guint port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(address));

	return self->region == 0 || placed == (port == offhook_emu_rest_get_port(self));
}

gboolean
offhook_emu_rest_calls_serve(OffhookEmuRest *self, OffhookEmuRequest *request)
{
	g_auto(GStrv) parts = g_strsplit(request->path, "/", 5);
	guint count = g_strv_length(parts);
	OffhookEmuCall *call;

	if (count < 3 || !g_str_equal(parts[1], "v1") || !g_str_equal(parts[2], "calls"))
		return FALSE;
	if (count == 3) {
		if (g_str_equal(request->method, "POST"))
			offhook_emu_rest_calls_create(self, request);
		else if (g_str_equal(request->method, "GET"))
			offhook_emu_rest_calls_list(self, request);
		return request->status != 0;
	}
	call = g_hash_table_lookup(self->calls, parts[3]);
	if (call == NULL)
		call = offhook_emu_exchange_find(self->options->account->exchange, parts[3]);
	if (call == NULL || !offhook_emu_rest_calls_is_here(self, request, parts[3]))
		return FALSE;
	if (count == 4 && g_str_equal(request->method, "GET")) {
		offhook_emu_request_reply(request, 200, offhook_emu_call_view(call));
		return TRUE;
	}
	return offhook_emu_rest_control_serve(self, request, call, parts[3],
					      count > 4 ? parts[4] : NULL);
}
