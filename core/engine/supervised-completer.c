/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A language model that stands in for several. Each question is put to one engine at a time; its
 * deadline runs from the question to the first word, then from word to word. How long it takes to say
 * what was said is estimated, never too long: whole sentences only, as they are what is spoken. Main
 * thread.
 */

#include "engine/supervised-completer.h"

#include "base/deadline.h"
#include "engine/continuation.h"
#include "engine/engine-seat.h"
#include <offhook/context.h>
#include <offhook/error.h>
#include <string.h>

/* Nobody says a character in less time. */
#define OFFHOOK_SUPERVISED_CHARACTER_MS 45
#define OFFHOOK_SUPERVISED_SENTENCE_END ".!?"

struct _OffhookSupervisedCompleter {
	OffhookCompleter parent_instance;

	OffhookEngineSeat seat;
	OffhookDeadline *deadline;
	guint later_id; /* idle source: what must not be told from inside start() */
	GError *later;  /* what that is */

	double temperature; /* that is wished for; negative: as the request says */
	guint max_tokens;   /* likewise; 0 */

	OffhookCompletionRequest *request; /* (nullable): nothing is asked */
	guint number;
	guint asked; /* the number of the engine's own session */
	gint64 started_us;
	gint64 words_by_us; /* when somebody must have begun to answer, or to go on */
	gint64 heard_us;    /* until then the caller hears what was said */
	gsize heard_length; /* of said, that he hears until then */
	gint64 due_us;      /* the deadline that is set */
	gboolean spoke;     /* the one there */
	GString *said;
	OffhookContinuation continuation;
};

G_DEFINE_FINAL_TYPE(OffhookSupervisedCompleter, offhook_supervised_completer,
		    OFFHOOK_TYPE_COMPLETER)

static void offhook_supervised_completer_lose(OffhookSupervisedCompleter *self,
					      const GError *error);

static OffhookCompleter *
offhook_supervised_completer_get_session(OffhookSupervisedCompleter *self)
{
	return OFFHOOK_COMPLETER(self->seat.session);
}

static const OffhookEngineDeadlines *
offhook_supervised_completer_get_deadlines(OffhookSupervisedCompleter *self)
{
	return offhook_engine_lineup_get_deadlines(self->seat.cursor.lineup);
}

/* ---- the end of a question ---- */

static void
offhook_supervised_completer_rest(OffhookSupervisedCompleter *self)
{
	offhook_deadline_set(self->deadline, G_MAXINT64);
	g_clear_handle_id(&self->later_id, g_source_remove);
	g_clear_error(&self->later);
	g_clear_pointer(&self->request, offhook_completion_request_unref);
	offhook_continuation_clear(&self->continuation);
}

static void
offhook_supervised_completer_fail(OffhookSupervisedCompleter *self, const GError *error)
{
	g_autoptr(GError) last = g_error_copy(error);

	offhook_supervised_completer_rest(self);
	offhook_completer_emit_failed(OFFHOOK_COMPLETER(self), self->number, last);
}

static gboolean
offhook_supervised_completer_later_cb(gpointer user_data)
{
	g_autoptr(OffhookSupervisedCompleter) self = g_object_ref(user_data);
	g_autoptr(GError) error = g_steal_pointer(&self->later);

	self->later_id = 0;
	offhook_supervised_completer_fail(self, error);
	return G_SOURCE_REMOVE;
}

static void
offhook_supervised_completer_fail_later(OffhookSupervisedCompleter *self, const char *why)
{
	self->later = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "%s", why);
	self->later_id =
	    g_idle_add_full(G_PRIORITY_DEFAULT, offhook_supervised_completer_later_cb, self, NULL);
}

/* ---- asking ---- */

static void
offhook_supervised_completer_watch(OffhookSupervisedCompleter *self, gint64 at_us)
{
	gint64 end_us = self->started_us + OFFHOOK_SUPERVISED_MAX_ANSWER_MS * 1000LL;

	self->due_us = MIN(at_us, end_us);
	offhook_deadline_set(self->deadline, self->due_us);
}

/* When more must be there: whoever goes on in its place needs its time, too. */
static gint64
offhook_supervised_completer_get_next_time(OffhookSupervisedCompleter *self)
{
	const OffhookEngineDeadlines *deadlines = offhook_supervised_completer_get_deadlines(self);
	gint64 ahead_us =
	    offhook_engine_cursor_has_next(&self->seat.cursor) ? deadlines->first_ms * 1000LL : 0;

	return MAX(g_get_monotonic_time() + deadlines->stall_ms * 1000LL,
		   self->heard_us - ahead_us);
}

static void
offhook_supervised_completer_estimate_heard(OffhookSupervisedCompleter *self)
{
	const char *begin = self->said->str + self->heard_length;
	const char *end = begin;

	for (const char *p = begin; *p != '\0'; p++)
		if (strchr(OFFHOOK_SUPERVISED_SENTENCE_END, *p) != NULL)
			end = p + 1;
	if (end == begin)
		return;
	self->heard_us =
	    MAX(self->heard_us, g_get_monotonic_time()) +
	    g_utf8_strlen(begin, end - begin) * OFFHOOK_SUPERVISED_CHARACTER_MS * 1000LL;
	self->heard_length = (gsize)(end - self->said->str);
}

/* Puts the question to whoever sits there. */
static void
offhook_supervised_completer_ask(OffhookSupervisedCompleter *self)
{
	OffhookCompleter *session = offhook_supervised_completer_get_session(self);
	guint first_ms = offhook_supervised_completer_get_deadlines(self)->first_ms;
	g_autoptr(OffhookCompletionRequest) request = NULL;

	if (self->said->len > 0) {
		offhook_continuation_begin(&self->continuation, self->said->str);
		request = offhook_continuation_ask(self->request, self->said->str);
	} else {
		request = offhook_completion_request_ref(self->request);
	}
	offhook_supervised_completer_watch(
	    self, offhook_engine_cursor_get_due(&self->seat.cursor, g_get_monotonic_time(),
						first_ms, self->words_by_us));
	self->spoke = FALSE;
	self->asked = offhook_completer_reserve_number(session);
	offhook_completer_start(session, self->asked, request);
}

static void
offhook_supervised_completer_start(OffhookCompleter *completer, guint number,
				   OffhookCompletionRequest *request)
{
	OffhookSupervisedCompleter *self = OFFHOOK_SUPERVISED_COMPLETER(completer);

	offhook_supervised_completer_rest(self);
	self->number = number;
	self->request = offhook_completion_request_ref(request);
	/* It is no engine's yet, so it may still be changed. */
	if (self->temperature >= 0)
		offhook_completion_request_set_temperature(request, self->temperature);
	if (self->max_tokens > 0)
		offhook_completion_request_set_max_tokens(request, self->max_tokens);
	self->started_us = g_get_monotonic_time();
	self->words_by_us = offhook_engine_cursor_get_end(&self->seat.cursor, self->started_us);
	g_string_truncate(self->said, 0);
	self->heard_us = 0;
	self->heard_length = 0;
	if (!offhook_engine_lineup_is_usable(self->seat.cursor.lineup))
		offhook_supervised_completer_fail_later(
		    self, "the language model is not asked: it has failed again and again");
	else if (!offhook_engine_seat_begin(&self->seat))
		offhook_supervised_completer_fail_later(self, "no language model opens a session");
	else
		offhook_supervised_completer_ask(self);
}

static void
offhook_supervised_completer_cancel(OffhookCompleter *completer)
{
	OffhookSupervisedCompleter *self = OFFHOOK_SUPERVISED_COMPLETER(completer);

	offhook_supervised_completer_rest(self);
	if (self->seat.session != NULL)
		offhook_completer_cancel(offhook_supervised_completer_get_session(self));
}

static void
offhook_supervised_completer_warm(OffhookCompleter *completer)
{
	OffhookSupervisedCompleter *self = OFFHOOK_SUPERVISED_COMPLETER(completer);

	if (self->request == NULL && offhook_engine_seat_begin(&self->seat))
		offhook_completer_warm(offhook_supervised_completer_get_session(self));
}

/* ---- answering ---- */

/* All that anybody listens to has been said. */
static void
offhook_supervised_completer_cut_short(OffhookSupervisedCompleter *self)
{
	g_autoptr(GPtrArray) no_calls = g_ptr_array_new();
	const OffhookCompletion completion = {OFFHOOK_FINISH_LENGTH, no_calls, -1, -1};

	offhook_completer_cancel(offhook_supervised_completer_get_session(self));
	offhook_supervised_completer_rest(self);
	offhook_completer_emit_done(OFFHOOK_COMPLETER(self), self->number, &completion);
}

/* Whoever hears it may cancel and ask anew. Returns whether the question is still this one. */
static gboolean
offhook_supervised_completer_say(OffhookSupervisedCompleter *self, const char *text)
{
	guint number = self->number;

	if (*text == '\0')
		return TRUE;
	g_string_append(self->said, text);
	offhook_supervised_completer_estimate_heard(self);
	offhook_completer_emit_text(OFFHOOK_COMPLETER(self), number, text, -1);
	return self->request != NULL && self->number == number;
}

static gboolean
offhook_supervised_completer_is_about(OffhookSupervisedCompleter *self, OffhookCompleter *session,
				      guint number)
{
	return self->request != NULL && (gpointer)session == self->seat.session &&
	       number == self->asked;
}

static void
offhook_supervised_completer_text_cb(OffhookCompleter *session, guint number, const char *text,
				     gpointer user_data)
{
	g_autoptr(OffhookSupervisedCompleter) self = g_object_ref(user_data);
	g_autofree char *fresh = NULL;

	if (!offhook_supervised_completer_is_about(self, session, number))
		return;
	self->spoke = TRUE;
	fresh = offhook_continuation_push(&self->continuation, text);
	if (!offhook_supervised_completer_say(self, fresh))
		return;
	if (self->said->len > OFFHOOK_SUPERVISED_MAX_ANSWER)
		offhook_supervised_completer_cut_short(self);
	else
		offhook_supervised_completer_watch(
		    self, offhook_supervised_completer_get_next_time(self));
}

static void
offhook_supervised_completer_progress_cb(OffhookCompleter *session, guint number,
					 gpointer user_data)
{
	g_autoptr(OffhookSupervisedCompleter) self = g_object_ref(user_data);

	if (!offhook_supervised_completer_is_about(self, session, number))
		return;
	offhook_supervised_completer_watch(
	    self, MAX(self->due_us, offhook_supervised_completer_get_next_time(self)));
	offhook_completer_emit_progress(OFFHOOK_COMPLETER(self), self->number);
}

static void
offhook_supervised_completer_done_cb(OffhookCompleter *session, guint number,
				     const OffhookCompletion *completion, gpointer user_data)
{
	g_autoptr(OffhookSupervisedCompleter) self = g_object_ref(user_data);
	const OffhookUsage usage = {
	    .input_tokens = MAX(completion->input_tokens, 0),
	    .output_tokens = MAX(completion->output_tokens, 0),
	};
	g_autofree char *rest = NULL;

	if (!offhook_supervised_completer_is_about(self, session, number))
		return;
	offhook_engine_cursor_succeed(&self->seat.cursor);
	offhook_engine_seat_use(&self->seat, &usage);
	rest = offhook_continuation_finish(&self->continuation);
	if (!offhook_supervised_completer_say(self, rest))
		return;
	offhook_supervised_completer_rest(self);
	offhook_completer_emit_done(OFFHOOK_COMPLETER(self), self->number, completion);
}

static void
offhook_supervised_completer_failed_cb(OffhookCompleter *session, guint number, const GError *error,
				       gpointer user_data)
{
	g_autoptr(OffhookSupervisedCompleter) self = g_object_ref(user_data);

	if (offhook_supervised_completer_is_about(self, session, number))
		offhook_supervised_completer_lose(self, error);
}

static void
offhook_supervised_completer_connect(gpointer owner, GObject *session)
{
	g_signal_connect(session, "text", G_CALLBACK(offhook_supervised_completer_text_cb), owner);
	g_signal_connect(session, "progress", G_CALLBACK(offhook_supervised_completer_progress_cb),
			 owner);
	g_signal_connect(session, "done", G_CALLBACK(offhook_supervised_completer_done_cb), owner);
	g_signal_connect(session, "failed", G_CALLBACK(offhook_supervised_completer_failed_cb),
			 owner);
}

/* ---- when one fails ---- */

/* Whoever sits there has lost the question; the next one, if there is time for one, is asked. */
static void
offhook_supervised_completer_lose(OffhookSupervisedCompleter *self, const GError *error)
{
	g_autoptr(GError) why = g_error_copy(error);
	guint first_ms = offhook_supervised_completer_get_deadlines(self)->first_ms;
	gint64 now = g_get_monotonic_time();
	gboolean replaced;

	offhook_deadline_set(self->deadline, G_MAXINT64);
	offhook_continuation_clear(&self->continuation);
	/* Somebody was heard until now: the silence begins here, or when that has been spoken. */
	if (self->spoke)
		self->words_by_us = MAX(now, self->heard_us) + first_ms * 1000LL;
	self->spoke = FALSE;
	replaced = offhook_engine_seat_replace(&self->seat, why);
	if (replaced && now < self->words_by_us)
		offhook_supervised_completer_ask(self);
	else
		offhook_supervised_completer_fail(self, why);
}

static void
offhook_supervised_completer_deadline_cb(gpointer user_data)
{
	g_autoptr(OffhookSupervisedCompleter) self = g_object_ref(user_data);
	gint64 spent_us = g_get_monotonic_time() - self->started_us;
	g_autoptr(GError) error = NULL;

	if (self->spoke && spent_us >= OFFHOOK_SUPERVISED_MAX_ANSWER_MS * 1000LL) {
		offhook_supervised_completer_cut_short(self);
		return;
	}
	error = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT, "%s %s",
			    offhook_engine_seat_get_name(&self->seat),
			    self->said->len > 0 ? "did not go on with its answer in time"
						: "did not begin to answer in time");
	offhook_supervised_completer_lose(self, error);
}

/* ---- the object ---- */

OffhookCompleter *
offhook_supervised_completer_new(OffhookEngineLineup *lineup, GError **error)
{
	g_autoptr(OffhookSupervisedCompleter) self =
	    g_object_new(OFFHOOK_TYPE_SUPERVISED_COMPLETER, NULL);

	if (!offhook_engine_seat_init(&self->seat, lineup, self,
				      offhook_supervised_completer_connect, error))
		return NULL;
	return OFFHOOK_COMPLETER(g_steal_pointer(&self));
}

void
offhook_supervised_completer_set_wishes(OffhookSupervisedCompleter *self, double temperature,
					guint max_tokens)
{
	self->temperature = temperature;
	self->max_tokens = max_tokens;
}

const char *
offhook_supervised_completer_get_engine(OffhookSupervisedCompleter *self)
{
	return offhook_engine_seat_get_name(&self->seat);
}

static void
offhook_supervised_completer_dispose(GObject *object)
{
	OffhookSupervisedCompleter *self = OFFHOOK_SUPERVISED_COMPLETER(object);

	offhook_supervised_completer_rest(self);
	offhook_engine_seat_clear(&self->seat);

	G_OBJECT_CLASS(offhook_supervised_completer_parent_class)->dispose(object);
}

static void
offhook_supervised_completer_finalize(GObject *object)
{
	OffhookSupervisedCompleter *self = OFFHOOK_SUPERVISED_COMPLETER(object);

	offhook_deadline_free(self->deadline);
	g_string_free(self->said, TRUE);

	G_OBJECT_CLASS(offhook_supervised_completer_parent_class)->finalize(object);
}

static void
offhook_supervised_completer_init(OffhookSupervisedCompleter *self)
{
	self->temperature = -1;
	self->deadline = offhook_deadline_new(offhook_supervised_completer_deadline_cb, self);
	self->said = g_string_new(NULL);
}

static void
offhook_supervised_completer_class_init(OffhookSupervisedCompleterClass *klass)
{
	OffhookCompleterClass *completer = OFFHOOK_COMPLETER_CLASS(klass);

	completer->start = offhook_supervised_completer_start;
	completer->cancel = offhook_supervised_completer_cancel;
	completer->warm = offhook_supervised_completer_warm;
	G_OBJECT_CLASS(klass)->dispose = offhook_supervised_completer_dispose;
	G_OBJECT_CLASS(klass)->finalize = offhook_supervised_completer_finalize;
	offhook_engine_seat_install_signal(G_TYPE_FROM_CLASS(klass));
}
