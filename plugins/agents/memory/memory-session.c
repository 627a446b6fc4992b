/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The memory agent's session: looks up what is remembered, tells the agents behind it, and writes down
 * what the caller says for the next time. It keeps the caller waiting for no longer than its budget,
 * and changes nothing before a turn is certain to be one. Main thread.
 */

#include "memory-session.h"

#include "memory-phrases.h"
#include "memory-profile.h"
#include "memory-question.h"
#include "memory-rules.h"
#include "memory-talk.h"
#include "memory-tools.h"
#include "model-question.h"
#include <offhook/error.h>

/* Sessions are closed within OFFHOOK_AGENT_CLOSE_S, all together. */
#define QUESTION_MS 10000

struct _OffhookMemorySession {
	OffhookAgentSession parent_instance;

	OffhookMemorySettings settings;
	OffhookAgentHost *host;      /* (nullable) */
	OffhookMemory *memory;       /* (nullable): the caller could be anybody */
	OffhookCompleter *completer; /* (nullable) */
	char *language;
	OffhookMemoryTools *tools; /* (nullable) */

	GPtrArray *known;    /* (nullable): all that is remembered, once that was read */
	GPtrArray *recalled; /* (nullable): what has to do with the words of the turn at hand */
	GPtrArray *late;     /* (nullable): ... of one before, which did not wait for it */
	gboolean late_told;  /* with a turn that may not be one */
	gboolean reading;    /* what is known */

	OffhookAgentTurn *turn;  /* (nullable): the last that was taken, if it was not cancelled */
	GCancellable *recalling; /* (nullable): what has to do with it */
	OffhookMemoryWish wish;  /* of that turn */
	gboolean waiting;        /* it is kept until something was read, or the budget is used up */
	guint budget_id;

	OffhookMemoryTalk *talk;
	gboolean silenced; /* the caller does not want anything remembered of this conversation */
	OffhookModelQuestion *question; /* (nullable): at the end */
};

G_DEFINE_FINAL_TYPE(OffhookMemorySession, offhook_memory_session, OFFHOOK_TYPE_AGENT_SESSION)

static void
offhook_memory_session_tell_host(OffhookMemorySession *self, const char *type, guint n)
{
	JsonObject *data = json_object_new();

	json_object_set_int_member(data, "items", n);
	offhook_agent_host_note(self->host, type, data);
}

/* ---- a turn's beginning and end ---- */

static void
offhook_memory_session_stop(OffhookMemorySession *self)
{
	g_autoptr(OffhookAgentTurn) turn = g_steal_pointer(&self->turn);

	g_clear_handle_id(&self->budget_id, g_source_remove);
	self->waiting = FALSE;
	if (self->recalling != NULL)
		g_cancellable_cancel(self->recalling);
	g_clear_object(&self->recalling);
	if (turn == NULL)
		return;
	g_signal_handlers_disconnect_by_data(turn, self);
	g_signal_handlers_disconnect_by_data(offhook_agent_turn_get_cancellable(turn), self);
}

static void
offhook_memory_session_cancelled_cb(GCancellable *cancellable, gpointer user_data)
{
	offhook_memory_session_stop(user_data);
}

/* What came late is told with one turn that is one. */
static void
offhook_memory_session_drop_late(OffhookMemorySession *self)
{
	if (self->late_told)
		g_clear_pointer(&self->late, g_ptr_array_unref);
	self->late_told = FALSE;
}

/* The turn goes to the next agent, with what there is. */
static void
offhook_memory_session_pass(OffhookMemorySession *self)
{
	g_autoptr(OffhookAgentTurn) turn = g_object_ref(self->turn);

	g_clear_handle_id(&self->budget_id, g_source_remove);
	self->waiting = FALSE;
	offhook_memory_profile_put(offhook_agent_turn_get_context(turn),
				   &(OffhookMemoryTelling){
				       .known = self->known,
				       .recalled = self->recalled,
				       .late = self->late,
				       .summaries = self->settings.summaries,
				   });
	self->late_told = TRUE;
	if (offhook_agent_turn_is_confirmed(turn))
		offhook_memory_session_drop_late(self);
	offhook_agent_turn_finish(turn, FALSE);
}

static gboolean
offhook_memory_session_budget_cb(gpointer user_data)
{
	OffhookMemorySession *self = user_data;

	self->budget_id = 0;
	offhook_memory_session_pass(self);
	return G_SOURCE_REMOVE;
}

static void
offhook_memory_session_wait(OffhookMemorySession *self)
{
	self->waiting = TRUE;
	self->budget_id =
	    g_timeout_add(self->settings.budget_ms, offhook_memory_session_budget_cb, self);
}

static void
offhook_memory_session_say(OffhookMemorySession *self, OffhookAgentTurn *turn, const char *text)
{
	g_autoptr(OffhookExpectation) anything = offhook_expectation_new(OFFHOOK_EXPECT_OPEN);

	offhook_agent_turn_say(turn, text);
	offhook_agent_turn_expect(turn, anything);
	offhook_agent_turn_finish(turn, TRUE);
}

/* ---- what is known ---- */

static void
offhook_memory_session_read_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookMemorySession) self = user_data;
	GPtrArray *known = offhook_memory_list_finish(OFFHOOK_MEMORY(source), result, NULL);

	self->reading = FALSE;
	/* What was forgotten meanwhile is not known any more. */
	if (known != NULL && !self->silenced) {
		self->known = known;
		offhook_memory_profile_set_variables(self->host, known, TRUE);
	} else {
		g_clear_pointer(&known, g_ptr_array_unref);
	}
	if (self->waiting && self->recalling == NULL)
		offhook_memory_session_pass(self);
}

static void
offhook_memory_session_read(OffhookMemorySession *self)
{
	self->reading = TRUE;
	offhook_memory_list_async(self->memory, NULL, offhook_memory_session_read_cb,
				  g_object_ref(self));
}

/* ---- what has to do with what is said ---- */

/** What a turn has asked of the memory. */
typedef struct {
	OffhookMemorySession *session;
	OffhookAgentTurn *turn;
} OffhookMemoryAsked;

static OffhookMemoryAsked *
offhook_memory_asked_new(OffhookMemorySession *session)
{
	OffhookMemoryAsked *self = g_new0(OffhookMemoryAsked, 1);

	self->session = g_object_ref(session);
	self->turn = g_object_ref(session->turn);
	return self;
}

static void
offhook_memory_asked_free(OffhookMemoryAsked *self)
{
	g_object_unref(self->session);
	g_object_unref(self->turn);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookMemoryAsked, offhook_memory_asked_free)

static void
offhook_memory_session_recalled_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookMemoryAsked) asked = user_data;
	OffhookMemorySession *self = asked->session;
	GPtrArray *recalled = offhook_memory_recall_finish(OFFHOOK_MEMORY(source), result, NULL);
	GPtrArray **place = self->waiting ? &self->recalled : &self->late;

	/* Of a turn that is none any more, or of what is forgotten by now. */
	if (asked->turn != self->turn || self->recalling == NULL || self->silenced) {
		g_clear_pointer(&recalled, g_ptr_array_unref);
		return;
	}
	g_clear_object(&self->recalling);
	g_clear_pointer(place, g_ptr_array_unref);
	*place = recalled;
	self->late_told = self->late_told && self->waiting;
	if (recalled != NULL && recalled->len > 0 && offhook_agent_turn_is_confirmed(self->turn))
		offhook_memory_session_tell_host(self, "memory.recalled", recalled->len);
	if (self->waiting)
		offhook_memory_session_pass(self);
}

static void
offhook_memory_session_recall(OffhookMemorySession *self)
{
	g_autofree char *words = g_utf8_make_valid(offhook_agent_turn_get_message(self->turn), -1);

	self->recalling = g_cancellable_new();
	offhook_memory_session_wait(self);
	offhook_memory_recall_async(
	    self->memory, words, self->settings.items, self->settings.budget_ms, self->recalling,
	    offhook_memory_session_recalled_cb, offhook_memory_asked_new(self));
}

/* ---- wishes ---- */

static void
offhook_memory_session_told_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookMemoryAsked) asked = user_data;
	OffhookMemorySession *self = asked->session;
	g_autoptr(GPtrArray) known =
	    offhook_memory_list_finish(OFFHOOK_MEMORY(source), result, NULL);
	g_autofree char *text =
	    known != NULL
		? offhook_memory_profile_tell(self->language, known)
		: g_strdup(offhook_memory_phrases_get(self->language, OFFHOOK_MEMORY_UNREAD));

	offhook_memory_session_say(self, asked->turn, text);
}

static void
offhook_memory_session_tell(OffhookMemorySession *self)
{
	offhook_memory_list_async(self->memory, offhook_agent_turn_get_cancellable(self->turn),
				  offhook_memory_session_told_cb, offhook_memory_asked_new(self));
}

/* Nothing that was known is told any more, nor written down at the end. */
static void
offhook_memory_session_silence(gpointer user_data)
{
	OffhookMemorySession *self = OFFHOOK_MEMORY_SESSION(user_data);

	self->silenced = TRUE;
	if (self->known != NULL)
		offhook_memory_profile_set_variables(self->host, self->known, FALSE);
	g_clear_pointer(&self->known, g_ptr_array_unref);
	g_clear_pointer(&self->recalled, g_ptr_array_unref);
	g_clear_pointer(&self->late, g_ptr_array_unref);
	offhook_memory_talk_clear(self->talk);
}

static void
offhook_memory_session_forgot_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookMemoryAsked) asked = user_data;
	OffhookMemorySession *self = asked->session;
	guint count;
	gboolean good = offhook_memory_forget_finish(OFFHOOK_MEMORY(source), result, &count, NULL);

	if (good)
		offhook_memory_session_tell_host(self, "memory.forgotten", count);
	offhook_memory_session_say(
	    self, asked->turn,
	    offhook_memory_phrases_get(self->language,
				       good ? OFFHOOK_MEMORY_FORGOTTEN : OFFHOOK_MEMORY_KEPT));
}

/* Once begun it is done, even if the caller goes on. */
static void
offhook_memory_session_forget(OffhookMemorySession *self)
{
	offhook_memory_session_silence(self);
	offhook_memory_forget_async(self->memory, NULL, NULL, offhook_memory_session_forgot_cb,
				    offhook_memory_asked_new(self));
}

/* ---- what was said ---- */

/* (transfer none) @notes: (element-type OffhookMemoryNote) */
static void
offhook_memory_session_remember(OffhookMemorySession *self, GPtrArray *notes)
{
	for (guint i = 0; i < notes->len; i++) {
		const OffhookMemoryNote *note = g_ptr_array_index(notes, i);
		g_autoptr(GError) error = NULL;

		if (!offhook_memory_remember(self->memory, note->kind, note->key, note->text,
					     &error))
			g_warning("not remembered: %s", error->message);
	}
	if (notes->len > 0)
		offhook_memory_session_tell_host(self, "memory.stored", notes->len);
}

static void
offhook_memory_session_confirmed_cb(OffhookAgentTurn *turn, gpointer user_data)
{
	g_autoptr(OffhookMemorySession) self = g_object_ref(user_data);
	g_autofree char *words = g_utf8_make_valid(offhook_agent_turn_get_message(turn), -1);
	g_autoptr(GPtrArray) notes = NULL;

	if (!self->waiting)
		offhook_memory_session_drop_late(self);
	if (self->memory == NULL || offhook_agent_turn_get_kind(turn) != OFFHOOK_TURN_MESSAGE)
		return;
	if (self->wish == OFFHOOK_MEMORY_WISH_FORGET) {
		offhook_memory_session_forget(self);
	} else if (!self->silenced) {
		offhook_memory_talk_add(self->talk, TRUE, words);
		notes = offhook_memory_rules_read(words);
		offhook_memory_session_remember(self, notes);
	}
}

static void
offhook_memory_session_heard(OffhookAgentSession *session, const char *text, gboolean interrupted)
{
	OffhookMemorySession *self = OFFHOOK_MEMORY_SESSION(session);

	if (self->memory != NULL && !self->silenced)
		offhook_memory_talk_add(self->talk, FALSE, text);
}

/* ---- turns ---- */

static void
offhook_memory_session_begin(OffhookMemorySession *self, OffhookAgentTurn *turn)
{
	self->turn = g_object_ref(turn);
	self->wish = OFFHOOK_MEMORY_WISH_NONE;
	if (offhook_agent_turn_get_kind(turn) == OFFHOOK_TURN_MESSAGE)
		self->wish = offhook_memory_rules_get_wish(offhook_agent_turn_get_message(turn));
	g_signal_connect(offhook_agent_turn_get_cancellable(turn), "cancelled",
			 G_CALLBACK(offhook_memory_session_cancelled_cb), self);
	g_signal_connect(turn, "confirmed", G_CALLBACK(offhook_memory_session_confirmed_cb), self);
}

/* Nothing is remembered of a caller who could be anybody. */
static void
offhook_memory_session_take_without(OffhookMemorySession *self)
{
	if (self->wish == OFFHOOK_MEMORY_WISH_NONE)
		offhook_memory_session_pass(self);
	else
		offhook_memory_session_say(
		    self, self->turn,
		    offhook_memory_phrases_get(self->language, OFFHOOK_MEMORY_UNKNOWN));
}

static void
offhook_memory_session_take_message(OffhookMemorySession *self)
{
	if (self->wish == OFFHOOK_MEMORY_WISH_TELL)
		offhook_memory_session_tell(self);
	else if (self->wish == OFFHOOK_MEMORY_WISH_NONE && !self->silenced)
		offhook_memory_session_recall(self);
	else if (self->wish == OFFHOOK_MEMORY_WISH_NONE)
		offhook_memory_session_pass(self);
}

static void
offhook_memory_session_take_turn(OffhookAgentSession *session, OffhookAgentTurn *turn)
{
	g_autoptr(OffhookMemorySession) self = g_object_ref(OFFHOOK_MEMORY_SESSION(session));

	if (!offhook_agent_turn_is_open(turn))
		return;
	offhook_memory_session_stop(self);
	g_clear_pointer(&self->recalled, g_ptr_array_unref);
	offhook_memory_session_begin(self, turn);
	if (self->memory == NULL)
		offhook_memory_session_take_without(self);
	else if (offhook_agent_turn_get_kind(turn) == OFFHOOK_TURN_MESSAGE)
		offhook_memory_session_take_message(self);
	else if (offhook_agent_turn_get_kind(turn) == OFFHOOK_TURN_START && self->reading)
		offhook_memory_session_wait(self);
	else
		offhook_memory_session_pass(self);
	if (self->turn == turn && offhook_agent_turn_is_confirmed(turn))
		offhook_memory_session_confirmed_cb(turn, self);
}

/* ---- the end of the conversation ---- */

static void
offhook_memory_session_summarise(OffhookMemorySession *self)
{
	g_autofree char *text = offhook_memory_talk_summarise(self->talk);
	g_autoptr(GError) error = NULL;

	if (offhook_memory_remember(self->memory, OFFHOOK_MEMORY_SUMMARY, NULL, text, &error))
		offhook_memory_session_tell_host(self, "memory.stored", 1);
	else
		g_warning("not remembered: %s", error->message);
}

static void
offhook_memory_session_answered_cb(JsonObject *answer, gpointer user_data)
{
	g_autoptr(OffhookMemorySession) self = g_object_ref(user_data);
	g_autoptr(GPtrArray) notes = offhook_memory_question_read(answer);

	g_clear_pointer(&self->question, offhook_model_question_free);
	if (notes != NULL)
		offhook_memory_session_remember(self, notes);
	else
		offhook_memory_session_summarise(self);
	offhook_agent_session_emit_closed(OFFHOOK_AGENT_SESSION(self));
}

static void
offhook_memory_session_close(OffhookAgentSession *session)
{
	OffhookMemorySession *self = OFFHOOK_MEMORY_SESSION(session);
	g_autofree char *talk = NULL;

	offhook_memory_session_stop(self);
	g_clear_pointer(&self->tools, offhook_memory_tools_free);
	if (self->memory == NULL || self->silenced ||
	    self->settings.mode == OFFHOOK_MEMORY_NO_SUMMARY ||
	    offhook_memory_talk_is_empty(self->talk)) {
		offhook_agent_session_emit_closed(session);
		return;
	}
	if (self->settings.mode == OFFHOOK_MEMORY_BY_MODEL && self->completer != NULL) {
		talk = offhook_memory_talk_write(self->talk);
		self->question = offhook_model_question_new(
		    self->completer, offhook_memory_question_instructions, talk, QUESTION_MS,
		    offhook_memory_session_answered_cb, self);
		return;
	}
	offhook_memory_session_summarise(self);
	offhook_agent_session_emit_closed(session);
}

/* ---- the object ---- */

OffhookAgentSession *
offhook_memory_session_new(const OffhookMemorySettings *settings,
			   const OffhookAgentOptions *options)
{
	OffhookMemorySession *self = g_object_new(OFFHOOK_TYPE_MEMORY_SESSION, NULL);
	OffhookMemory *memory =
	    options->host != NULL ? offhook_agent_host_get_memory(options->host) : NULL;

	self->settings = *settings;
	self->language = g_strdup(options->language);
	self->talk = offhook_memory_talk_new();
	if (memory == NULL)
		return OFFHOOK_AGENT_SESSION(self);
	self->host = g_object_ref(options->host);
	self->memory = g_object_ref(memory);
	if (options->completer != NULL)
		self->completer = g_object_ref(options->completer);
	self->tools = offhook_memory_tools_new(offhook_agent_host_get_toolbox(options->host),
					       memory, offhook_memory_session_silence, self);
	offhook_memory_session_read(self);
	return OFFHOOK_AGENT_SESSION(self);
}

static void
offhook_memory_session_dispose(GObject *object)
{
	OffhookMemorySession *self = OFFHOOK_MEMORY_SESSION(object);

	offhook_memory_session_stop(self);
	g_clear_pointer(&self->question, offhook_model_question_free);
	g_clear_pointer(&self->tools, offhook_memory_tools_free);
	g_clear_object(&self->host);
	g_clear_object(&self->memory);
	g_clear_object(&self->completer);

	G_OBJECT_CLASS(offhook_memory_session_parent_class)->dispose(object);
}

static void
offhook_memory_session_finalize(GObject *object)
{
	OffhookMemorySession *self = OFFHOOK_MEMORY_SESSION(object);

	g_clear_pointer(&self->known, g_ptr_array_unref);
	g_clear_pointer(&self->recalled, g_ptr_array_unref);
	g_clear_pointer(&self->late, g_ptr_array_unref);
	offhook_memory_talk_free(self->talk);
	g_free(self->language);

	G_OBJECT_CLASS(offhook_memory_session_parent_class)->finalize(object);
}

static void
offhook_memory_session_init(OffhookMemorySession *self)
{
}

static void
offhook_memory_session_class_init(OffhookMemorySessionClass *klass)
{
	OffhookAgentSessionClass *session_class = OFFHOOK_AGENT_SESSION_CLASS(klass);

	session_class->take_turn = offhook_memory_session_take_turn;
	session_class->heard = offhook_memory_session_heard;
	session_class->close = offhook_memory_session_close;
	G_OBJECT_CLASS(klass)->dispose = offhook_memory_session_dispose;
	G_OBJECT_CLASS(klass)->finalize = offhook_memory_session_finalize;
}
