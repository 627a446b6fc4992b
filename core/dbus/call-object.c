/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A call: what everybody may know of it as properties, what happens in it as signals.
 */

#include "dbus/door-private.h"

#include "base/json.h"

#define OFFHOOK_DBUS_CALL_INTERFACE OFFHOOK_DBUS_PREFIX "Call"

/* An agent's word, see plugins/agents. */
#define OFFHOOK_DBUS_EVENT_SENTIMENT "sentiment.detected"

struct _OffhookDBusCallObject {
	OffhookDBusDoor *door;
	OffhookCall *call;
	GDBusObjectSkeleton *object;
	OffhookDBusCall *interface;
	char *path;
};

OffhookCall *
offhook_dbus_call_object_get_call(OffhookDBusCallObject *self)
{
	return self->call;
}

OffhookDBusDoor *
offhook_dbus_call_object_get_door(OffhookDBusCallObject *self)
{
	return self->door;
}

/* ---- properties ---- */

/* With each event of the call, most of which change none of it: looking is cheaper than setting. */
static void
offhook_dbus_call_object_update(OffhookDBusCallObject *self)
{
	OffhookDBusCall *interface = self->interface;
	const char *state = offhook_call_get_status(self->call);
	const char *assistant = offhook_call_get_assistant(self->call)->settings->name;
	gint64 answered = offhook_call_get_answered(self->call);

	if (g_strcmp0(offhook_dbus_call_get_state(interface), state) != 0)
		offhook_dbus_call_set_state(interface, state);
	if (g_strcmp0(offhook_dbus_call_get_assistant(interface), assistant) != 0)
		offhook_dbus_call_set_assistant(interface, assistant);
	if ((gint64)offhook_dbus_call_get_answered(interface) != answered)
		offhook_dbus_call_set_answered(interface, answered);
}

static void
offhook_dbus_call_object_speaker_cb(OffhookCall *call, gpointer user_data)
{
	static const char *const words[] = {
	    [OFFHOOK_SPEAKER_NOBODY] = "nobody",
	    [OFFHOOK_SPEAKER_CALLER] = "caller",
	    [OFFHOOK_SPEAKER_AGENT] = "agent",
	};
	OffhookDBusCallObject *self = user_data;

	offhook_dbus_call_set_speaker(self->interface, words[offhook_call_get_speaker(call)]);
}

/* The properties go first: whoever hears the signal and asks is told the new state. */
static void
offhook_dbus_call_object_state_cb(OffhookCall *call, guint from, guint to, gpointer user_data)
{
	OffhookDBusCallObject *self = user_data;
	g_autofree char *old = offhook_dbus_call_dup_state(self->interface);

	offhook_dbus_call_object_update(self);
	offhook_dbus_call_set_duration(self->interface, offhook_call_get_duration(call));
	if (to == OFFHOOK_CALL_ENDED)
		offhook_dbus_call_set_speaker(self->interface, "nobody");
	g_dbus_interface_skeleton_flush(G_DBUS_INTERFACE_SKELETON(self->interface));
	offhook_dbus_call_emit_state_changed(self->interface, old, offhook_call_get_status(call));
}

/* What an event says about the call. */
static void
offhook_dbus_call_object_note(OffhookDBusCallObject *self, const char *type)
{
	static const struct {
		const char *type;
		void (*set)(OffhookDBusCall *interface, gboolean value);
		gboolean value;
	} flags[] = {
	    {OFFHOOK_EVENT_CALL_HELD, offhook_dbus_call_set_held, TRUE},
	    {OFFHOOK_EVENT_CALL_RESUMED, offhook_dbus_call_set_held, FALSE},
	    {OFFHOOK_EVENT_CALL_MUTED, offhook_dbus_call_set_muted, TRUE},
	    {OFFHOOK_EVENT_CALL_UNMUTED, offhook_dbus_call_set_muted, FALSE},
	    {OFFHOOK_EVENT_CALL_TRANSFERRING, offhook_dbus_call_set_transferring, TRUE},
	    {OFFHOOK_EVENT_CALL_TRANSFERRED, offhook_dbus_call_set_transferring, FALSE},
	    {OFFHOOK_EVENT_CALL_RETURNED, offhook_dbus_call_set_transferring, FALSE},
	};

	offhook_dbus_call_object_update(self);
	for (guint i = 0; i < G_N_ELEMENTS(flags); i++)
		if (g_str_equal(type, flags[i].type))
			flags[i].set(self->interface, flags[i].value);
	if (g_str_equal(type, OFFHOOK_EVENT_TURN_COMPLETED))
		offhook_dbus_call_set_turns(self->interface,
					    offhook_dbus_call_get_turns(self->interface) + 1);
}

/* ---- signals for subscribers ---- */

static void
offhook_dbus_call_object_send(OffhookDBusCallObject *self, const OffhookEvent *event,
			      const char *signal, GVariant *parameters, GVariant *public)
{
	const OffhookDBusSignal told = {
	    .path = self->path,
	    .interface = OFFHOOK_DBUS_CALL_INTERFACE,
	    .signal = signal,
	    .parameters = parameters,
	    .public = public,
	};

	offhook_dbus_subscribers_send(self->door->subscribers, event->type, &told);
}

static void
offhook_dbus_call_object_send_message(OffhookDBusCallObject *self, const OffhookEvent *event,
				      const char *role)
{
	const char *text = json_object_get_string_member_with_default(event->data, "message", "");

	offhook_dbus_call_object_send(self, event, "Message",
				      g_variant_new("(sst)", role, text, event->at_us), NULL);
}

static void
offhook_dbus_call_object_send_turn(OffhookDBusCallObject *self, const OffhookEvent *event)
{
	gboolean interrupted =
	    json_object_get_boolean_member_with_default(event->data, "interrupted", FALSE);
	guint number = json_object_get_int_member_with_default(event->data, "turn", 0);
	g_autoptr(GVariant) told = NULL;
	GVariantBuilder times;

	g_variant_builder_init(&times, G_VARIANT_TYPE("a{sd}"));
	for (guint i = 0; i < OFFHOOK_TURN_TIMES_RECORD_N; i++) {
		const char *name = offhook_turn_times_record_get_name(i);
		JsonNode *node = json_object_get_member(event->data, name);

		if (node != NULL && JSON_NODE_HOLDS_VALUE(node))
			g_variant_builder_add(&times, "{sd}", name, json_node_get_double(node));
	}
	told = g_variant_ref_sink(g_variant_new("(uba{sd})", number, interrupted, &times));
	offhook_dbus_call_object_send(self, event, "Turn", told, told);
}

static void
offhook_dbus_call_object_send_sentiment(OffhookDBusCallObject *self, const OffhookEvent *event)
{
	const char *label =
	    json_object_get_string_member_with_default(event->data, "sentiment", "");
	double score = json_object_get_double_member_with_default(event->data, "score", 0);

	offhook_dbus_call_object_send(self, event, "Sentiment", g_variant_new("(sd)", label, score),
				      NULL);
}

static void
offhook_dbus_call_object_send_event(OffhookDBusCallObject *self, const OffhookEvent *event)
{
	g_autofree char *data = offhook_json_to_string(event->data);

	offhook_dbus_call_object_send(
	    self, event, "Event",
	    g_variant_new("(suts)", event->type, event->seq, event->at_us, data),
	    g_variant_new("(suts)", event->type, event->seq, event->at_us, "{}"));
}

void
offhook_dbus_call_object_tell(OffhookDBusCallObject *self, const OffhookEvent *event)
{
	const char *type = event->type;

	offhook_dbus_call_object_note(self, type);
	if (!offhook_dbus_subscribers_want(self->door->subscribers, type))
		return;
	if (g_str_equal(type, OFFHOOK_EVENT_MESSAGE_RECEIVED))
		offhook_dbus_call_object_send_message(self, event, "user");
	else if (g_str_equal(type, OFFHOOK_EVENT_MESSAGE_SENT) ||
		 g_str_equal(type, OFFHOOK_EVENT_PROMPT_SENT))
		offhook_dbus_call_object_send_message(self, event, "assistant");
	else if (g_str_equal(type, OFFHOOK_EVENT_TURN_COMPLETED))
		offhook_dbus_call_object_send_turn(self, event);
	else if (g_str_equal(type, OFFHOOK_DBUS_EVENT_SENTIMENT))
		offhook_dbus_call_object_send_sentiment(self, event);
	offhook_dbus_call_object_send_event(self, event);
}

/* ---- life ---- */

static void
offhook_dbus_call_object_fill(OffhookDBusCallObject *self)
{
	OffhookDBusCall *interface = self->interface;
	OffhookCall *call = self->call;

	offhook_dbus_call_set_id(interface, offhook_call_get_id(call));
	offhook_dbus_call_set_direction(
	    interface, offhook_call_direction_to_string(offhook_call_get_direction(call)));
	offhook_dbus_call_set_provider(interface,
				       offhook_driver_get_name(offhook_call_get_driver(call)));
	offhook_dbus_call_set_created(interface, offhook_call_get_created(call));
	offhook_dbus_call_object_update(self);
	offhook_dbus_call_object_speaker_cb(call, self);
}

OffhookDBusCallObject *
offhook_dbus_call_object_new(OffhookDBusDoor *door, OffhookCall *call)
{
	OffhookDBusCallObject *self = g_new0(OffhookDBusCallObject, 1);

	self->door = door;
	self->call = g_object_ref(call);
	self->path = offhook_dbus_make_path("Call", offhook_call_get_id(call));
	self->object = g_dbus_object_skeleton_new(self->path);
	self->interface = offhook_dbus_call_skeleton_new();
	offhook_dbus_call_object_fill(self);
	offhook_dbus_dispatch_bind(G_DBUS_INTERFACE_SKELETON(self->interface),
				   offhook_dbus_call_methods, self);
	g_signal_connect(call, "state-changed", G_CALLBACK(offhook_dbus_call_object_state_cb),
			 self);
	g_signal_connect(call, "speaker-changed", G_CALLBACK(offhook_dbus_call_object_speaker_cb),
			 self);
	g_dbus_object_skeleton_add_interface(self->object,
					     G_DBUS_INTERFACE_SKELETON(self->interface));
	g_dbus_object_manager_server_export(door->objects, self->object);
	return self;
}

void
offhook_dbus_call_object_free(OffhookDBusCallObject *self)
{
	g_signal_handlers_disconnect_by_data(self->call, self);
	g_dbus_interface_skeleton_flush(G_DBUS_INTERFACE_SKELETON(self->interface));
	g_dbus_object_manager_server_unexport(self->door->objects, self->path);
	offhook_dbus_dispatch_unbind(G_DBUS_INTERFACE_SKELETON(self->interface));
	g_object_unref(self->interface);
	g_object_unref(self->object);
	g_object_unref(self->call);
	g_free(self->path);
	g_free(self);
}
