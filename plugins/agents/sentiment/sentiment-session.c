/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A turn of words is judged by its words and, if they do not tell enough, by the language model; then
 * it goes on to the next agent, or the caller is offered a person. Whatever that changes is a draft
 * until the turn is confirmed. Whatever is said may have the turn cancelled and the session dropped.
 * Main thread.
 */

#include "sentiment-session.h"

#include "language-phrases.h"
#include "language-yes-no.h"
#include "language.h"
#include "model-question.h"
#include "sentiment-score.h"
#include "turn-watch.h"

#include <offhook/agent-host.h>
#include <offhook/json.h>
#include <string.h>

/* Of the caller's words for the person who takes over. */
#define OFFHOOK_SENTIMENT_SESSION_MAX_WORDS 600

static const char offhook_sentiment_session_instructions[] =
    "You judge how a caller on the telephone feels. Judge the feeling, not the topic: a plain "
    "request "
    "is neutral, also one about a problem. Consider sarcasm. Answer with a JSON object only: "
    "{\"sentiment\": \"positive\" | \"neutral\" | \"negative\", \"confidence\": 0 to 1}";

/* What the session knows from one turn to the next. */
typedef struct {
	guint negative_turns; /* in a row */
	gboolean offered;     /* the last answer was the question */
	guint quiet;          /* turns for which there is no other */
} OffhookSentimentState;

struct _OffhookSentimentSession {
	OffhookAgentSession parent_instance;

	OffhookSentimentOptions *options;
	const OffhookSentimentLexicon *const *lexicons;
	GObject *owner;
	OffhookCompleter *completer; /* (nullable) */
	OffhookAgentHost *host;      /* (nullable) */
	char *language;

	OffhookSentimentState state;
	OffhookSentimentState before; /* the last confirmed turn */
	char *last;                   /* (nullable): what the caller said in it */
	gboolean unheard;             /* nothing of its answer was heard */

	OffhookTurnWatch *watch;     /* (nullable): the turn that is, or may be, one */
	OffhookSentimentState base;  /* what that turn began with */
	OffhookSentimentState draft; /* and what it ends with */
	OffhookSentimentResult result;
	OffhookModelQuestion *question; /* (nullable) */
};

G_DEFINE_FINAL_TYPE(OffhookSentimentSession, offhook_sentiment_session, OFFHOOK_TYPE_AGENT_SESSION)

/* ---- a turn's beginning and end ---- */

static void
offhook_sentiment_session_stop(OffhookSentimentSession *self)
{
	g_clear_pointer(&self->question, offhook_model_question_free);
	g_clear_pointer(&self->watch, offhook_turn_watch_free);
}

static JsonObject *
offhook_sentiment_session_describe(OffhookSentimentSession *self)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "sentiment",
				      offhook_sentiment_get_name(self->result.sentiment));
	json_object_set_double_member(object, "confidence", self->result.confidence);
	json_object_set_double_member(object, "score", self->result.score);
	json_object_set_int_member(object, "negative_turns", self->draft.negative_turns);
	json_object_set_string_member(object, "agent", "sentiment");
	return object;
}

static void
offhook_sentiment_session_confirmed_cb(gpointer user_data)
{
	OffhookSentimentSession *self = user_data;
	OffhookAgentTurn *turn = offhook_turn_watch_get_turn(self->watch);

	self->before = self->base;
	self->state = self->draft;
	self->unheard = FALSE;
	g_free(self->last);
	self->last = g_strdup(offhook_agent_turn_get_message(turn));
	if (self->host != NULL)
		offhook_agent_host_note(self->host, "sentiment.detected",
					offhook_sentiment_session_describe(self));
}

static void
offhook_sentiment_session_cancelled_cb(gpointer user_data)
{
	offhook_sentiment_session_stop(user_data);
}

static const OffhookTurnWatchHandler offhook_sentiment_session_watch_handler = {
    .confirmed = offhook_sentiment_session_confirmed_cb,
    .cancelled = offhook_sentiment_session_cancelled_cb,
};

/* ---- what becomes of it ---- */

/* "The caller is upset. The last words were: ..." (transfer full) */
static char *
offhook_sentiment_session_summarise(OffhookSentimentSession *self, const char *message)
{
	const char *first = self->last != NULL ? self->last : "";
	g_autofree char *both = g_strdup_printf("%s ... %s", first, message);
	g_autofree char *words = g_utf8_make_valid(*first != '\0' ? both : message, -1);
	glong length = g_utf8_strlen(words, -1);
	const char *tail =
	    length > OFFHOOK_SENTIMENT_SESSION_MAX_WORDS
		? g_utf8_offset_to_pointer(words, length - OFFHOOK_SENTIMENT_SESSION_MAX_WORDS)
		: words;

	return g_strdup_printf(
	    "%s %s", offhook_language_phrases_get(self->language, OFFHOOK_PHRASE_UPSET), tail);
}

/* Answers the turn with a phrase, and perhaps with what is expected next. */
static void
offhook_sentiment_session_answer(OffhookAgentTurn *turn, const char *text,
				 OffhookExpectationKind kind)
{
	g_autoptr(OffhookExpectation) expectation = offhook_expectation_new(kind);

	offhook_agent_turn_say(turn, text);
	offhook_agent_turn_expect(turn, expectation);
	offhook_agent_turn_finish(turn, TRUE);
}

static void
offhook_sentiment_session_transfer(OffhookSentimentSession *self, OffhookAgentTurn *turn)
{
	g_autofree char *summary =
	    offhook_sentiment_session_summarise(self, offhook_agent_turn_get_message(turn));

	offhook_turn_watch_settle(self->watch);
	offhook_agent_turn_say(
	    turn, offhook_language_phrases_get(self->language, OFFHOOK_PHRASE_TRANSFER));
	offhook_agent_turn_hand_over(turn, OFFHOOK_ACTION_TRANSFER, self->options->human, summary);
	offhook_agent_turn_finish(turn, TRUE);
}

/* For the agents behind. */
static void
offhook_sentiment_session_tell(OffhookSentimentSession *self, OffhookAgentTurn *turn)
{
	JsonObject *object = offhook_sentiment_session_describe(self);

	if (self->result.sentiment == OFFHOOK_SENTIMENT_POSITIVE)
		json_object_set_string_member(object, "for_model", "The caller sounds pleased.");
	else if (self->draft.negative_turns >= self->options->after)
		json_object_set_string_member(
		    object, "for_model",
		    "The caller is upset, and not for the first time. Say once that you are sorry, "
		    "be brief, and say what you can do now.");
	else if (self->result.sentiment == OFFHOOK_SENTIMENT_NEGATIVE)
		json_object_set_string_member(
		    object, "for_model",
		    "The caller sounds displeased. Take it seriously and be brief.");
	json_object_set_object_member(offhook_agent_turn_get_context(turn), "sentiment", object);
}

static void
offhook_sentiment_session_offer(OffhookSentimentSession *self, OffhookAgentTurn *turn)
{
	self->draft.offered = TRUE;
	offhook_turn_watch_settle(self->watch);
	offhook_sentiment_session_answer(
	    turn, offhook_language_phrases_get(self->language, OFFHOOK_PHRASE_OFFER),
	    OFFHOOK_EXPECT_YES_NO);
}

/* How the caller feels is known. */
static void
offhook_sentiment_session_conclude(OffhookSentimentSession *self)
{
	g_autoptr(OffhookAgentTurn) turn = g_object_ref(offhook_turn_watch_get_turn(self->watch));
	gboolean negative = self->result.sentiment == OFFHOOK_SENTIMENT_NEGATIVE;
	gboolean due;

	self->draft.negative_turns = negative ? self->draft.negative_turns + 1 : 0;
	due = self->draft.negative_turns >= self->options->after && self->draft.quiet == 0;
	offhook_sentiment_session_tell(self, turn);
	if (due && self->options->rule == OFFHOOK_SENTIMENT_OFFER) {
		offhook_sentiment_session_offer(self, turn);
	} else if (due && self->options->rule == OFFHOOK_SENTIMENT_TRANSFER) {
		self->draft.quiet = self->options->again_after;
		offhook_sentiment_session_transfer(self, turn);
	} else {
		offhook_turn_watch_settle(self->watch);
		offhook_agent_turn_finish(turn, FALSE);
	}
}

/* ---- asking the model ---- */

static void
offhook_sentiment_session_answer_cb(JsonObject *answer, gpointer user_data)
{
	g_autoptr(OffhookSentimentSession) self = g_object_ref(user_data);
	OffhookSentiment sentiment;

	g_clear_pointer(&self->question, offhook_model_question_free);
	if (offhook_sentiment_from_name(offhook_json_get_string(answer, "sentiment"), &sentiment)) {
		self->result.sentiment = sentiment;
		self->result.confidence =
		    offhook_model_answer_get_confidence(answer, MAX(self->result.confidence, 0.5));
	}
	offhook_sentiment_session_conclude(self);
}

static gboolean
offhook_sentiment_session_is_unsure(OffhookSentimentSession *self)
{
	return self->options->classify && self->completer != NULL &&
	       self->result.confidence < self->options->threshold;
}

/* ---- turns ---- */

/* Said to its end only now: the daemon gives the first part again, which then counts once. */
static gboolean
offhook_sentiment_session_is_said_again(OffhookSentimentSession *self, const char *message)
{
	return self->unheard && self->last != NULL && g_str_has_prefix(message, self->last);
}

/* The answer to the question. %FALSE: it was none. */
static gboolean
offhook_sentiment_session_take_answer(OffhookSentimentSession *self, OffhookAgentTurn *turn)
{
	gint yes =
	    offhook_language_yes_no_judge(self->language, offhook_agent_turn_get_message(turn));

	self->draft.offered = FALSE;
	self->draft.negative_turns = 0;
	self->draft.quiet = self->options->again_after;
	self->result = (OffhookSentimentResult){OFFHOOK_SENTIMENT_NEUTRAL, 0.0, 0.5};
	if (yes < 0)
		return FALSE;
	offhook_sentiment_session_tell(self, turn);
	if (yes == 1) {
		offhook_sentiment_session_transfer(self, turn);
		return TRUE;
	}
	offhook_turn_watch_settle(self->watch);
	offhook_sentiment_session_answer(
	    turn, offhook_language_phrases_get(self->language, OFFHOOK_PHRASE_GO_ON),
	    OFFHOOK_EXPECT_OPEN);
	return TRUE;
}

/* Which language the caller speaks: an agent before this one may know better. */
static OffhookLanguage
offhook_sentiment_session_get_language(OffhookSentimentSession *self, OffhookAgentTurn *turn)
{
	JsonObject *input = offhook_json_get_object(offhook_agent_turn_get_context(turn), "input");
	const char *heard = offhook_json_get_string(input, "language");

	return offhook_language_from_tag(heard != NULL ? heard : self->language);
}

static void
offhook_sentiment_session_take_message(OffhookSentimentSession *self, OffhookAgentTurn *turn)
{
	const char *message = offhook_agent_turn_get_message(turn);
	OffhookLanguage language = offhook_sentiment_session_get_language(self, turn);

	self->watch = offhook_turn_watch_new(turn, &offhook_sentiment_session_watch_handler, self);
	self->base =
	    offhook_sentiment_session_is_said_again(self, message) ? self->before : self->state;
	self->draft = self->base;
	if (self->draft.quiet > 0)
		self->draft.quiet--;
	if (self->base.offered && offhook_sentiment_session_take_answer(self, turn))
		return;
	self->result = offhook_sentiment_score(self->lexicons[language], message);
	if (offhook_sentiment_session_is_unsure(self))
		self->question = offhook_model_question_new(
		    self->completer, offhook_sentiment_session_instructions, message,
		    self->options->budget_ms, offhook_sentiment_session_answer_cb, self);
	else
		offhook_sentiment_session_conclude(self);
}

static void
offhook_sentiment_session_take_turn(OffhookAgentSession *session, OffhookAgentTurn *turn)
{
	g_autoptr(OffhookSentimentSession) self = g_object_ref(OFFHOOK_SENTIMENT_SESSION(session));

	if (!offhook_agent_turn_is_open(turn))
		return;
	offhook_sentiment_session_stop(self);
	if (offhook_agent_turn_get_kind(turn) == OFFHOOK_TURN_MESSAGE)
		offhook_sentiment_session_take_message(self, turn);
	else
		offhook_agent_turn_finish(turn, FALSE);
}

static void
offhook_sentiment_session_heard(OffhookAgentSession *session, const char *text,
				gboolean interrupted)
{
	OFFHOOK_SENTIMENT_SESSION(session)->unheard = interrupted && *text == '\0';
}

/* ---- the object ---- */

OffhookAgentSession *
offhook_sentiment_session_new(OffhookSentimentOptions *options,
			      const OffhookSentimentLexicon *const *lexicons, GObject *owner,
			      const OffhookAgentOptions *session)
{
	OffhookSentimentSession *self = g_object_new(OFFHOOK_TYPE_SENTIMENT_SESSION, NULL);

	self->options = options;
	self->lexicons = lexicons;
	self->owner = g_object_ref(owner);
	self->language = g_strdup(session->language);
	g_set_object(&self->completer, session->completer);
	self->host = session->host;
	return OFFHOOK_AGENT_SESSION(self);
}

static void
offhook_sentiment_session_dispose(GObject *object)
{
	OffhookSentimentSession *self = OFFHOOK_SENTIMENT_SESSION(object);

	offhook_sentiment_session_stop(self);
	g_clear_object(&self->completer);
	g_clear_object(&self->owner);

	G_OBJECT_CLASS(offhook_sentiment_session_parent_class)->dispose(object);
}

static void
offhook_sentiment_session_finalize(GObject *object)
{
	OffhookSentimentSession *self = OFFHOOK_SENTIMENT_SESSION(object);

	g_clear_pointer(&self->options, offhook_sentiment_options_free);
	g_free(self->language);
	g_free(self->last);

	G_OBJECT_CLASS(offhook_sentiment_session_parent_class)->finalize(object);
}

static void
offhook_sentiment_session_init(OffhookSentimentSession *self)
{
}

static void
offhook_sentiment_session_class_init(OffhookSentimentSessionClass *klass)
{
	OffhookAgentSessionClass *session_class = OFFHOOK_AGENT_SESSION_CLASS(klass);

	session_class->take_turn = offhook_sentiment_session_take_turn;
	session_class->heard = offhook_sentiment_session_heard;
	G_OBJECT_CLASS(klass)->dispose = offhook_sentiment_session_dispose;
	G_OBJECT_CLASS(klass)->finalize = offhook_sentiment_session_finalize;
}
