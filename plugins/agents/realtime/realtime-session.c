/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Turns become responses. What the caller said is at the service already, through the ear; a turn only
 * asks for the answer. One response at a time: one that was cut off may still be on its way when the
 * next is wanted. When the service fails, the open turn fails, and all that follow are passed on.
 * Main thread.
 */

#include "realtime-session.h"

#include "realtime-answer.h"
#include "realtime-ear.h"
#include "realtime-message.h"
#include "realtime-tools.h"

#include <offhook/audio.h>
#include <offhook/error.h>
#include <offhook/json.h>

/* Responses in one turn: a tool's output is answered, and what that calls, but not for ever. */
#define OFFHOOK_REALTIME_MAX_ROUNDS 4

typedef struct {
	char *id;
	char *name;
	char *arguments;
} OffhookRealtimeCall;

struct _OffhookRealtimeSession {
	OffhookAgentSession parent_instance;

	OffhookRealtimeConfig *config;
	OffhookRealtimeLink *link;
	OffhookRealtimeEar *ear;
	OffhookRealtimeAnswer *answer;
	GError *error; /* (nullable): the service has failed */
	gboolean told; /* ... and a turn has said so */

	OffhookAgentTurn *turn; /* (nullable): that is being answered */
	gulong cancelled_id;
	guint rounds;       /* responses in it */
	gint64 asked_us;    /* when the last was wanted */
	gint64 heard_us;    /* until then there is something to play */
	gboolean wanted;    /* a response, as soon as there can be one */
	char *instructions; /* (nullable): for that */
	gboolean active;    /* one is under way at the service */
	gboolean abandoned; /* ... that nobody wants any more */
	char *response_id;  /* (nullable): its name is not known yet */
	GPtrArray *calls;   /* of OffhookRealtimeCall, of the response */
};

G_DEFINE_FINAL_TYPE(OffhookRealtimeSession, offhook_realtime_session, OFFHOOK_TYPE_AGENT_SESSION)

static void
offhook_realtime_call_free(gpointer data)
{
	OffhookRealtimeCall *self = data;

	g_free(self->id);
	g_free(self->name);
	g_free(self->arguments);
	g_free(self);
}

/* ---- the turn ---- */

static void
offhook_realtime_session_drop_turn(OffhookRealtimeSession *self)
{
	if (self->turn == NULL)
		return;
	g_signal_handler_disconnect(offhook_agent_turn_get_cancellable(self->turn),
				    self->cancelled_id);
	g_clear_object(&self->turn);
	self->wanted = FALSE;
	g_clear_pointer(&self->instructions, g_free);
	offhook_realtime_link_expect(self->link, 0);
}

/* @error: (nullable) */
static void
offhook_realtime_session_end_turn(OffhookRealtimeSession *self, const GError *error)
{
	g_autoptr(OffhookAgentTurn) turn = self->turn != NULL ? g_object_ref(self->turn) : NULL;

	offhook_realtime_session_drop_turn(self);
	if (turn == NULL)
		return;
	if (error == NULL) {
		offhook_agent_turn_finish(turn, TRUE);
		return;
	}
	if (self->config->apology != NULL) {
		gboolean said = offhook_realtime_answer_has_sound(self->answer);
		g_autofree char *apology =
		    g_strconcat(said ? " " : "", self->config->apology, " ", NULL);

		offhook_agent_turn_say(turn, apology);
	}
	offhook_agent_turn_fail(turn, error);
}

static void
offhook_realtime_session_send_cancel(OffhookRealtimeSession *self)
{
	if (self->response_id != NULL)
		offhook_realtime_link_send(self->link,
					   offhook_realtime_make_cancel(self->response_id));
}

/* The caller went on: nothing more of it. */
static void
offhook_realtime_session_cancelled_cb(GCancellable *cancellable, gpointer user_data)
{
	OffhookRealtimeSession *self = user_data;

	offhook_realtime_session_drop_turn(self);
	if (!self->active || self->abandoned)
		return;
	self->abandoned = TRUE;
	offhook_realtime_session_send_cancel(self);
}

/* ---- responses ---- */

static void
offhook_realtime_session_go_on(OffhookRealtimeSession *self)
{
	if (!self->wanted || self->active || !offhook_realtime_link_is_ready(self->link))
		return;
	self->wanted = FALSE;
	self->active = TRUE;
	self->rounds++;
	g_clear_pointer(&self->response_id, g_free);
	offhook_realtime_link_send(self->link, offhook_realtime_make_respond(self->instructions));
	g_clear_pointer(&self->instructions, g_free);
}

static void
offhook_realtime_session_want(OffhookRealtimeSession *self, const char *instructions)
{
	self->wanted = TRUE;
	g_free(self->instructions);
	self->instructions = g_strdup(instructions);
	self->asked_us = g_get_monotonic_time();
	offhook_realtime_link_expect(self->link, self->config->first_audio_ms);
	offhook_realtime_session_go_on(self);
}

static void
offhook_realtime_session_speak(OffhookRealtimeSession *self, GBytes *sound)
{
	g_autoptr(GBytes) own = sound;

	if (sound == NULL)
		return;
	self->heard_us =
	    MAX(self->heard_us, g_get_monotonic_time()) +
	    (gint64)(g_bytes_get_size(sound) * G_USEC_PER_SEC / (OFFHOOK_RATE * sizeof(gint16)));
	offhook_agent_turn_speak(self->turn, sound);
}

/* The service sends faster than it sounds: while there is something to play, nobody waits for more. */
static void
offhook_realtime_session_expect_more(OffhookRealtimeSession *self)
{
	gint64 left_ms = (self->heard_us - g_get_monotonic_time()) / 1000;

	offhook_realtime_link_expect(self->link,
				     (guint)MAX((gint64)self->config->stall_ms, left_ms));
}

/* Outputs for all, also of a response that nobody wants: they are missed otherwise. */
static void
offhook_realtime_session_run_calls(OffhookRealtimeSession *self)
{
	for (guint i = 0; i < self->calls->len; i++) {
		OffhookRealtimeCall *call = g_ptr_array_index(self->calls, i);
		const char *output = "{\"error\":\"the caller interrupted\"}";

		if (self->turn != NULL && !self->abandoned)
			output = offhook_realtime_tools_run(self->config, self->turn, call->name,
							    call->arguments);
		offhook_realtime_link_send(self->link,
					   offhook_realtime_make_tool_output(call->id, output));
	}
	g_ptr_array_set_size(self->calls, 0);
}

/* A response has come to its end, and was wanted. */
static void
offhook_realtime_session_conclude(OffhookRealtimeSession *self, const OffhookRealtimeEvent *event,
				  gboolean called)
{
	g_autoptr(GError) error = NULL;
	gboolean said = offhook_realtime_answer_has_sound(self->answer);

	offhook_realtime_session_speak(self, offhook_realtime_answer_flush(self->answer));
	if (called && self->turn != NULL && self->rounds < OFFHOOK_REALTIME_MAX_ROUNDS) {
		offhook_realtime_session_want(self, NULL);
		return;
	}
	if (said || g_str_equal(event->status, "completed")) {
		offhook_realtime_session_end_turn(self, NULL);
		return;
	}
	g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER,
		    "realtime: a response ended as %.20s", event->status);
	offhook_realtime_session_end_turn(self, error);
}

/* Of every response, wanted or not: all are paid for. */
static void
offhook_realtime_session_tell_usage(OffhookRealtimeSession *self, const OffhookRealtimeEvent *event)
{
	OffhookAgentUsage usage = event->usage;

	usage.audio_us = offhook_realtime_ear_take_written_us(self->ear);
	offhook_agent_session_emit_usage(OFFHOOK_AGENT_SESSION(self), &usage);
}

static void
offhook_realtime_session_take_end(OffhookRealtimeSession *self, const OffhookRealtimeEvent *event)
{
	gboolean abandoned = self->abandoned;
	gboolean called = self->calls->len > 0 && g_str_equal(event->status, "completed");

	self->active = FALSE;
	if (called)
		offhook_realtime_session_run_calls(self);
	g_ptr_array_set_size(self->calls, 0);
	self->abandoned = FALSE;
	g_clear_pointer(&self->response_id, g_free);
	if (self->turn != NULL && !abandoned)
		offhook_realtime_session_conclude(self, event, called);
	else
		offhook_realtime_session_go_on(self);
}

static void
offhook_realtime_session_take_call(OffhookRealtimeSession *self, const OffhookRealtimeEvent *event)
{
	OffhookRealtimeCall *call = g_new0(OffhookRealtimeCall, 1);

	call->id = g_strdup(event->call_id);
	call->name = g_strdup(event->name);
	call->arguments = g_strdup(event->text);
	g_ptr_array_add(self->calls, call);
}

/* Something of the response that is under way. */
static void
offhook_realtime_session_take_part(OffhookRealtimeSession *self, const OffhookRealtimeEvent *event)
{
	if (self->response_id == NULL || !g_str_equal(event->response_id, self->response_id))
		return;
	if (event->kind == OFFHOOK_REALTIME_CALL) {
		offhook_realtime_session_take_call(self, event);
		return;
	}
	if (self->abandoned || self->turn == NULL)
		return;
	if (event->kind == OFFHOOK_REALTIME_WORDS)
		offhook_agent_turn_spoken(self->turn, event->text);
	else
		offhook_realtime_session_speak(
		    self, offhook_realtime_answer_take(self->answer, event->item_id, event->audio));
	if (self->turn != NULL)
		offhook_realtime_session_expect_more(self);
}

/* Survivable ones; most are about what has just ended by itself. */
static void
offhook_realtime_session_take_error(OffhookRealtimeSession *self, const OffhookRealtimeEvent *event)
{
	g_autoptr(GError) error = NULL;

	if (!g_str_equal(event->event_id, OFFHOOK_REALTIME_ID_RESPOND))
		return;
	if (g_str_equal(event->code, "conversation_already_has_active_response")) {
		/* Its end comes, and then it is our turn. */
		self->wanted = self->turn != NULL;
		self->abandoned = TRUE;
		return;
	}
	self->active = FALSE;
	g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER,
		    "realtime: the service refuses to respond");
	offhook_realtime_session_end_turn(self, error);
}

static void
offhook_realtime_session_event_cb(gpointer user_data, const OffhookRealtimeEvent *event)
{
	g_autoptr(OffhookRealtimeSession) self = g_object_ref(user_data);

	if (offhook_realtime_ear_take_event(self->ear, event))
		return;
	switch (event->kind) {
	case OFFHOOK_REALTIME_RESPONSE_CREATED:
		if (!self->active || self->response_id != NULL)
			break;
		self->response_id = g_strdup(event->response_id);
		if (self->abandoned)
			offhook_realtime_session_send_cancel(self);
		break;
	case OFFHOOK_REALTIME_AUDIO:
	case OFFHOOK_REALTIME_WORDS:
	case OFFHOOK_REALTIME_CALL:
		offhook_realtime_session_take_part(self, event);
		break;
	case OFFHOOK_REALTIME_RESPONSE_DONE:
		offhook_realtime_session_tell_usage(self, event);
		if (self->active)
			offhook_realtime_session_take_end(self, event);
		break;
	case OFFHOOK_REALTIME_ERROR:
		offhook_realtime_session_take_error(self, event);
		break;
	default:
		break;
	}
}

static void
offhook_realtime_session_ready_cb(gpointer user_data)
{
	OffhookRealtimeSession *self = user_data;
	guint first_ms = self->config->first_audio_ms;
	gint64 waited_ms = (g_get_monotonic_time() - self->asked_us) / 1000;

	/* The caller has waited for the session, too; half of the time is left in any case. */
	if (self->wanted)
		offhook_realtime_link_expect(
		    self->link, first_ms - (guint)MIN(waited_ms, (gint64)first_ms / 2));
	offhook_realtime_session_go_on(self);
}

static void
offhook_realtime_session_failed_cb(gpointer user_data, const GError *error)
{
	g_autoptr(OffhookRealtimeSession) self = g_object_ref(user_data);

	self->error = g_error_copy(error);
	self->active = FALSE;
	self->told = self->turn != NULL;
	offhook_realtime_ear_fail(self->ear, error);
	offhook_realtime_session_end_turn(self, self->error);
}

/* ---- what the core asks for ---- */

/* What the model has to know besides the caller's voice. (transfer full) (nullable) */
static char *
offhook_realtime_session_describe(OffhookAgentTurn *turn)
{
	g_autofree char *message = g_utf8_make_valid(offhook_agent_turn_get_message(turn), -1);

	switch (offhook_agent_turn_get_kind(turn)) {
	case OFFHOOK_TURN_DIGITS:
		return g_strdup_printf("[The caller pressed the keys %s.]", message);
	case OFFHOOK_TURN_UNCLEAR:
		return g_strdup("[The caller said something that was not understood.]");
	case OFFHOOK_TURN_SILENCE:
		return g_strdup("[The caller has been silent for a while. Ask whether anybody is "
				"there.]");
	case OFFHOOK_TURN_FAILURE:
		return g_strdup_printf("[What you wanted to do with the call failed: %s. Tell the "
				       "caller.]",
				       message);
	default:
		return NULL;
	}
}

static void
offhook_realtime_session_send_text(OffhookRealtimeSession *self, const char *role, const char *text)
{
	offhook_realtime_link_send(self->link, offhook_realtime_make_text(role, text));
}

static void
offhook_realtime_session_respond(OffhookRealtimeSession *self, OffhookAgentTurn *turn,
				 const char *instructions)
{
	offhook_realtime_answer_reset(self->answer);
	self->heard_us = 0;
	self->turn = g_object_ref(turn);
	self->rounds = 0;
	self->cancelled_id =
	    g_signal_connect(offhook_agent_turn_get_cancellable(turn), "cancelled",
			     G_CALLBACK(offhook_realtime_session_cancelled_cb), self);
	offhook_realtime_session_want(self, instructions);
}

/* Somebody has to begin: the core has, or the model does, or the caller will. */
static void
offhook_realtime_session_start(OffhookRealtimeSession *self, OffhookAgentTurn *turn)
{
	const char *greeting =
	    offhook_json_get_string(offhook_agent_turn_get_context(turn), "greeting");
	g_autofree char *instructions = NULL;

	/* The next agent learns of it, too: it may have to take over. */
	if (greeting != NULL) {
		offhook_realtime_session_send_text(self, "assistant", greeting);
		offhook_agent_turn_finish(turn, FALSE);
		return;
	}
	if (self->config->greeting == NULL) {
		offhook_agent_turn_finish(turn, TRUE);
		return;
	}
	instructions = g_strdup_printf("Greet the caller with exactly these words, and nothing "
				       "more: %s",
				       self->config->greeting);
	offhook_realtime_session_respond(self, turn, instructions);
}

static void
offhook_realtime_session_take_turn(OffhookAgentSession *session, OffhookAgentTurn *turn)
{
	OffhookRealtimeSession *self = OFFHOOK_REALTIME_SESSION(session);
	OffhookTurnKind kind = offhook_agent_turn_get_kind(turn);
	gboolean heard = offhook_realtime_ear_take_heard(self->ear);
	g_autofree char *text = offhook_realtime_session_describe(turn);

	if (!offhook_agent_turn_is_open(turn))
		return;
	offhook_realtime_session_drop_turn(self);
	if (self->error != NULL && !self->told) {
		self->told = TRUE;
		offhook_agent_turn_fail(turn, self->error);
	} else if (self->error != NULL) {
		offhook_agent_turn_finish(turn, FALSE);
	} else if (kind == OFFHOOK_TURN_START) {
		offhook_realtime_session_start(self, turn);
	} else {
		if (kind == OFFHOOK_TURN_MESSAGE && !heard)
			text = g_utf8_make_valid(offhook_agent_turn_get_message(turn), -1);
		if (text != NULL && *text != '\0')
			offhook_realtime_session_send_text(
			    self, kind == OFFHOOK_TURN_MESSAGE ? "user" : "system", text);
		offhook_realtime_session_respond(self, turn, NULL);
	}
}

static OffhookTranscriber *
offhook_realtime_session_get_ear(OffhookAgentSession *session)
{
	OffhookRealtimeSession *self = OFFHOOK_REALTIME_SESSION(session);

	return self->error == NULL ? OFFHOOK_TRANSCRIBER(self->ear) : NULL;
}

static void
offhook_realtime_session_discard(OffhookAgentSession *session)
{
	offhook_realtime_ear_discard(OFFHOOK_REALTIME_SESSION(session)->ear);
}

static void
offhook_realtime_session_cut_off(OffhookAgentSession *session, guint ms)
{
	OffhookRealtimeSession *self = OFFHOOK_REALTIME_SESSION(session);

	offhook_realtime_answer_cut(self->answer, self->link, ms);
}

/* ---- beginning and end ---- */

OffhookAgentSession *
offhook_realtime_session_new(OffhookRealtimeConfig *config)
{
	static const OffhookRealtimeLinkHandler handler = {
	    .ready = offhook_realtime_session_ready_cb,
	    .event = offhook_realtime_session_event_cb,
	    .failed = offhook_realtime_session_failed_cb,
	};
	OffhookRealtimeSession *self = g_object_new(OFFHOOK_TYPE_REALTIME_SESSION, NULL);

	self->config = config;
	self->link = offhook_realtime_link_new(config, &handler, self);
	self->ear = offhook_realtime_ear_new(self->link, config);
	self->answer = offhook_realtime_answer_new(config->mulaw);
	return OFFHOOK_AGENT_SESSION(self);
}

static void
offhook_realtime_session_dispose(GObject *object)
{
	OffhookRealtimeSession *self = OFFHOOK_REALTIME_SESSION(object);
	g_autoptr(GError) error =
	    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_CANCELLED, "realtime: the session is closed");

	if (self->link != NULL) {
		offhook_realtime_session_drop_turn(self);
		offhook_realtime_ear_fail(self->ear, error);
	}
	g_clear_pointer(&self->link, offhook_realtime_link_free);
	g_clear_object(&self->ear);

	G_OBJECT_CLASS(offhook_realtime_session_parent_class)->dispose(object);
}

static void
offhook_realtime_session_finalize(GObject *object)
{
	OffhookRealtimeSession *self = OFFHOOK_REALTIME_SESSION(object);

	offhook_realtime_answer_free(self->answer);
	g_ptr_array_unref(self->calls);
	g_free(self->response_id);
	g_free(self->instructions);
	g_clear_error(&self->error);
	offhook_realtime_config_free(self->config);

	G_OBJECT_CLASS(offhook_realtime_session_parent_class)->finalize(object);
}

static void
offhook_realtime_session_init(OffhookRealtimeSession *self)
{
	self->calls = g_ptr_array_new_with_free_func(offhook_realtime_call_free);
}

static void
offhook_realtime_session_class_init(OffhookRealtimeSessionClass *klass)
{
	GObjectClass *object_class = G_OBJECT_CLASS(klass);
	OffhookAgentSessionClass *session_class = OFFHOOK_AGENT_SESSION_CLASS(klass);

	object_class->dispose = offhook_realtime_session_dispose;
	object_class->finalize = offhook_realtime_session_finalize;
	session_class->take_turn = offhook_realtime_session_take_turn;
	session_class->get_ear = offhook_realtime_session_get_ear;
	session_class->discard = offhook_realtime_session_discard;
	session_class->cut_off = offhook_realtime_session_cut_off;
}
