/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook top: the calls in progress, as they go. What was before is asked for once, the rest is heard.
 */

#include "cli/calls/top.h"

#include <glib-unix.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <offhook/json.h>

#include "cli/command/commands.h"
#include "cli/client/call-id.h"
#include "cli/client/listen.h"
#include "cli/print/table.h"

#define OFFHOOK_TOP_CALLS 500
/* Of so many calls the turns so far are asked for: each is a request. */
#define OFFHOOK_TOP_DETAILS 20
/* So often at most it is looked which calls of an older process have ended. */
#define OFFHOOK_TOP_ELDERS_S 5

typedef struct {
	OffhookClient *client;
	GMainLoop *loop;
	GHashTable *calls;  /* id -> JsonObject */
	JsonObject *health; /* (nullable) */
	double busy_s;      /* of its processor, at the last look */
	gint64 looked_us;
	double load; /* negative: not known yet */
	gboolean has_elders; /* or had: nothing was heard of their calls */
	gint64 compared_us;
	OffhookTopOrder order;
	struct termios terminal; /* as it was */
	GError *error;
} OffhookTop;

static void
offhook_top_clear(OffhookTop *self)
{
	g_hash_table_unref(self->calls);
	g_clear_pointer(&self->health, json_object_unref);
	g_clear_error(&self->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookTop, offhook_top_clear)

/* ---- what is known of a call ---- */

/* (transfer none) */
static JsonObject *
offhook_top_find(OffhookTop *self, const char *id)
{
	JsonObject *call = g_hash_table_lookup(self->calls, id);

	if (call != NULL)
		return call;
	call = json_object_new();
	json_object_set_string_member(call, "call_id", id);
	g_hash_table_insert(self->calls, g_strdup(id), call);
	return call;
}

static void
offhook_top_copy(JsonObject *call, const char *to, JsonObject *from, const char *member)
{
	JsonNode *node = json_object_get_member(from, member);

	if (node != NULL && !JSON_NODE_HOLDS_NULL(node))
		json_object_set_member(call, to, json_node_copy(node));
}

/* A turn that answered nobody has no delay. */
static void
offhook_top_take_turn(JsonObject *call, JsonObject *turn)
{
	gint64 turns = json_object_get_int_member_with_default(call, "turns", 0);

	json_object_set_int_member(call, "turns", turns + 1);
	offhook_top_copy(call, "assistant", turn, "assistant");
	offhook_top_copy(call, "delay_ms", turn, "answer_delay_ms");
	offhook_top_copy(call, "own_ms", turn, "own_share_ms");
}

/* ---- what was before ---- */

static gboolean
offhook_top_load_turns(OffhookTop *self, JsonObject *call, GError **error)
{
	g_autofree char *path = offhook_call_id_make_path(
	    self->client, offhook_client_get(call, "call_id"), "status", error);
	g_autoptr(JsonObject) reply =
	    path != NULL ? offhook_client_request(self->client, "GET", path, NULL, error) : NULL;
	JsonArray *turns = reply != NULL ? json_object_get_array_member(reply, "turns") : NULL;

	for (guint i = 0; turns != NULL && i < json_array_get_length(turns); i++)
		offhook_top_take_turn(call, json_array_get_object_element(turns, i));
	return reply != NULL;
}

static JsonObject *
offhook_top_ask_calls(OffhookTop *self, GError **error)
{
	g_autofree char *path = g_strdup_printf("/voice/calls?limit=%u", OFFHOOK_TOP_CALLS);

	return offhook_client_request(self->client, "GET", path, NULL, error);
}

static gboolean
offhook_top_load_calls(OffhookTop *self, GError **error)
{
	static const char *const members[] = {"status",   "direction",  "assistant",
					      "provider", "start_time", NULL};
	g_autoptr(JsonObject) reply = offhook_top_ask_calls(self, error);
	JsonArray *calls = reply != NULL ? json_object_get_array_member(reply, "calls") : NULL;
	gboolean loaded = reply != NULL;

	for (guint i = 0; loaded && i < json_array_get_length(calls); i++) {
		JsonObject *each = json_array_get_object_element(calls, i);
		JsonObject *call;

		if (!offhook_client_is_live(offhook_client_get(each, "status")))
			continue;
		call = offhook_top_find(self, offhook_client_get(each, "call_id"));
		for (const char *const *member = members; *member != NULL; member++)
			offhook_top_copy(call, *member, each, *member);
		if (g_hash_table_size(self->calls) <= OFFHOOK_TOP_DETAILS)
			loaded = offhook_top_load_turns(self, call, error);
	}
	return loaded;
}

/* Those that are there and not in progress. */
static void
offhook_top_drop_ended(OffhookTop *self, JsonArray *calls)
{
	for (guint i = 0; i < json_array_get_length(calls); i++) {
		JsonObject *each = json_array_get_object_element(calls, i);

		if (!offhook_client_is_live(offhook_client_get(each, "status")))
			g_hash_table_remove(self->calls, offhook_client_get(each, "call_id"));
	}
}

/* Of a process that an upgrade has left behind nothing is heard: how its calls end is asked for. */
static gboolean
offhook_top_compare_calls(OffhookTop *self, GError **error)
{
	JsonArray *elders = offhook_json_get_array(self->health, "older_processes");
	gint64 now_us = g_get_monotonic_time();
	g_autoptr(JsonObject) reply = NULL;

	if (elders != NULL && json_array_get_length(elders) > 0)
		self->has_elders = TRUE;
	if (!self->has_elders ||
	    g_hash_table_size(self->calls) <=
		json_object_get_int_member(self->health, "active_calls") ||
	    now_us < self->compared_us + OFFHOOK_TOP_ELDERS_S * G_USEC_PER_SEC)
		return TRUE;
	self->compared_us = now_us;
	reply = offhook_top_ask_calls(self, error);
	if (reply != NULL)
		offhook_top_drop_ended(self, json_object_get_array_member(reply, "calls"));
	return reply != NULL;
}

/* How much of one processor it used since the last look. */
static gboolean
offhook_top_load_health(OffhookTop *self, GError **error)
{
	JsonObject *health =
	    offhook_client_request(self->client, "GET", "/health/detailed", NULL, error);
	gint64 now_us = g_get_monotonic_time();
	JsonObject *cpu;
	double busy_s;

	if (health == NULL)
		return FALSE;
	g_clear_pointer(&self->health, json_object_unref);
	self->health = health;
	cpu = json_object_get_object_member(health, "cpu");
	busy_s = json_object_get_double_member(cpu, "user") +
		 json_object_get_double_member(cpu, "system");
	if (self->looked_us > 0 && now_us > self->looked_us)
		self->load = 100 * (busy_s - self->busy_s) /
			     ((now_us - self->looked_us) / (double)G_USEC_PER_SEC);
	self->busy_s = busy_s;
	self->looked_us = now_us;
	return TRUE;
}

/* ---- what happens ---- */

static void
offhook_top_set(JsonObject *call, const char *member, const char *value)
{
	json_object_set_string_member(call, member, value);
}

static void
offhook_top_take_event(OffhookTop *self, const char *type, JsonObject *event, JsonObject *data)
{
	const char *id = offhook_client_get(data, "call_id");
	JsonObject *call;

	if (g_str_equal(type, "call.completed")) {
		g_hash_table_remove(self->calls, id);
		return;
	}
	call = offhook_top_find(self, id);
	if (g_str_equal(type, "call.started")) {
		offhook_top_set(call, "status", "in-progress");
		offhook_top_copy(call, "start_time", event, "timestamp");
		offhook_top_copy(call, "direction", data, "direction");
		offhook_top_copy(call, "provider", data, "provider");
	} else if (g_str_equal(type, "speech.started")) {
		offhook_top_set(call, "speaker", "caller");
	} else if (g_str_equal(type, "message.received")) {
		json_object_remove_member(call, "speaker");
	} else if (g_str_equal(type, "message.sent") || g_str_equal(type, "prompt.sent")) {
		offhook_top_set(call, "speaker", "agent");
	} else if (g_str_equal(type, "turn.completed")) {
		json_object_remove_member(call, "speaker");
		offhook_top_take_turn(call, data);
	} else if (g_str_equal(type, "call.ringing")) {
		offhook_top_set(call, "status", "ringing");
	} else if (g_str_equal(type, "call.held")) {
		offhook_top_set(call, "status", "on hold");
	} else if (g_str_equal(type, "call.resumed")) {
		offhook_top_set(call, "status", "in-progress");
	}
}

static void
offhook_top_draw_screen(OffhookTop *self)
{
	g_autoptr(GList) calls = g_hash_table_get_values(self->calls);
	g_autoptr(JsonObject) view = offhook_top_view(calls, self->health, self->load, self->order);
	g_autofree char *text = offhook_top_draw(view, self->order, offhook_table_get_height());

	/* From the top, and nothing of the screen before is left. */
	g_print("\033[H\033[J%s\nq: end   s: order (%s)", text,
		offhook_top_get_order_name(self->order));
}

static void
offhook_top_fail(OffhookTop *self)
{
	g_main_loop_quit(self->loop);
}

static gboolean
offhook_top_tick_cb(gpointer user_data)
{
	OffhookTop *self = user_data;

	if (self->error == NULL && offhook_top_load_health(self, &self->error) &&
	    offhook_top_compare_calls(self, &self->error))
		offhook_top_draw_screen(self);
	else
		offhook_top_fail(self);
	return G_SOURCE_CONTINUE;
}

static void
offhook_top_event_cb(const char *type, JsonObject *event, gpointer user_data)
{
	OffhookTop *self = user_data;
	JsonNode *node = json_object_get_member(event, "data");

	if (g_str_equal(type, "subscribed")) {
		if (!offhook_top_load_calls(self, &self->error))
			offhook_top_fail(self);
		else
			offhook_top_tick_cb(self);
		return;
	}
	if (node != NULL && JSON_NODE_HOLDS_OBJECT(node))
		offhook_top_take_event(self, type, event, json_node_get_object(node));
}

/* ---- the keys ---- */

static gboolean
offhook_top_key_cb(int fd, GIOCondition condition, gpointer user_data)
{
	OffhookTop *self = user_data;
	char key = 0;

	if (read(fd, &key, 1) != 1 || key == 'q' || key == 'Q') {
		g_main_loop_quit(self->loop);
		return G_SOURCE_CONTINUE;
	}
	if (key == 's')
		self->order = (self->order + 1) % OFFHOOK_TOP_N_ORDERS;
	if (self->health != NULL)
		offhook_top_draw_screen(self);
	return G_SOURCE_CONTINUE;
}

static gboolean
offhook_top_quit_cb(gpointer user_data)
{
	g_main_loop_quit(user_data);
	return G_SOURCE_CONTINUE;
}

/* Each key at once, and a screen that leaves what was there before. */
static void
offhook_top_take_terminal(OffhookTop *self)
{
	struct termios raw;

	tcgetattr(STDIN_FILENO, &self->terminal);
	raw = self->terminal;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	g_print("\033[?1049h\033[?25l");
}

static void
offhook_top_return_terminal(OffhookTop *self)
{
	g_print("\033[?25h\033[?1049l");
	tcsetattr(STDIN_FILENO, TCSANOW, &self->terminal);
}

static gboolean
offhook_top_follow(OffhookTop *self, GError **error)
{
	static const char *const events[] = {
	    "call.started",     "call.ringing", "call.completed",
	    "call.held",        "call.resumed", "message.sent",
	    "speech.started",   "prompt.sent",  "turn.completed",
	    "message.received", NULL,
	};
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	guint sources[] = {
	    g_timeout_add_seconds(1, offhook_top_tick_cb, self),
	    g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP, offhook_top_key_cb, self),
	    g_unix_signal_add(SIGINT, offhook_top_quit_cb, loop),
	    g_unix_signal_add(SIGTERM, offhook_top_quit_cb, loop),
	};
	gboolean followed;

	self->loop = loop;
	offhook_top_take_terminal(self);
	followed = offhook_listen(self->client, events, loop, offhook_top_event_cb, self, error);
	offhook_top_return_terminal(self);
	for (guint i = 0; i < G_N_ELEMENTS(sources); i++)
		g_source_remove(sources[i]);
	if (followed && self->error != NULL)
		g_propagate_error(error, g_steal_pointer(&self->error));
	return followed && (error == NULL || *error == NULL);
}

/* ---- the command ---- */

static gboolean
offhook_top_print(OffhookTop *self, GError **error)
{
	g_autoptr(GList) calls = NULL;
	g_autoptr(JsonObject) view = NULL;
	g_autofree char *text = NULL;

	if (!offhook_top_load_calls(self, error) || !offhook_top_load_health(self, error))
		return FALSE;
	calls = g_hash_table_get_values(self->calls);
	view = offhook_top_view(calls, self->health, self->load, self->order);
	if (offhook_client_print_json(self->client, view))
		return TRUE;
	text = offhook_top_draw(view, self->order, G_MAXINT);
	g_print("%s", text);
	return TRUE;
}

static OffhookTopOrder
offhook_top_read_order(const char *name)
{
	for (OffhookTopOrder each = 0; name != NULL && each < OFFHOOK_TOP_N_ORDERS; each++)
		if (g_str_equal(name, offhook_top_get_order_name(each)))
			return each;
	return OFFHOOK_TOP_LENGTH;
}

int
offhook_command_top(OffhookClient *client, const OffhookWords *words, GError **error)
{
	g_auto(OffhookTop) self = {
	    .client = client,
	    .calls = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					   (GDestroyNotify)json_object_unref),
	    .order = offhook_top_read_order(offhook_words_get(words, "sort")),
	    .load = -1,
	};
	gboolean live = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !client->json &&
			!offhook_words_has(words, "once");
	gboolean done = live ? offhook_top_follow(&self, error) : offhook_top_print(&self, error);

	return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
