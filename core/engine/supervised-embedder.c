/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any number of questions at a time, each on its way from engine to engine. Whoever asked may have left
 * long before it is over. Main thread.
 */

#include "engine/supervised-embedder.h"

#include "engine/engine-seat.h"
#include <offhook/error.h>

struct _OffhookSupervisedEmbedder {
	OffhookEmbedder parent_instance;

	OffhookEngineSeat seat;
	char *model; /* of whoever sits there, or sat there last */
};

G_DEFINE_FINAL_TYPE(OffhookSupervisedEmbedder, offhook_supervised_embedder, OFFHOOK_TYPE_EMBEDDER)

/** What is asked. Lives until the engine that was asked last has answered. */
typedef struct {
	OffhookSupervisedEmbedder *embedder;
	GTask *task; /* (nullable): nobody waits any more */
	gulong cancelled_id;
	guint cancelled_source; /* idle */
	char **texts;
	guint engine; /* who was asked */
	guint tries;
	GCancellable *cancellable; /* of that */
	guint deadline_id;
	gboolean late;
} OffhookEmbedQuestion;

/** What is told of an answer: the data of its task. */
typedef struct {
	char *model;
	gint64 input_tokens;
} OffhookEmbedAnswer;

static void
offhook_embed_answer_free(gpointer data)
{
	OffhookEmbedAnswer *answer = data;

	g_free(answer->model);
	g_free(answer);
}

static void offhook_embed_question_ask(OffhookEmbedQuestion *question);

/* ---- whoever asked ---- */

/* @vectors, @error: (transfer full) (nullable): one of them */
static void
offhook_embed_question_answer(OffhookEmbedQuestion *question, GPtrArray *vectors, GError *error)
{
	g_autoptr(GTask) task = g_steal_pointer(&question->task);

	g_clear_handle_id(&question->cancelled_source, g_source_remove);
	if (task == NULL) {
		g_clear_pointer(&vectors, g_ptr_array_unref);
		g_clear_error(&error);
		return;
	}
	if (question->cancelled_id != 0)
		g_signal_handler_disconnect(g_task_get_cancellable(task), question->cancelled_id);
	if (vectors != NULL)
		g_task_return_pointer(task, vectors, (GDestroyNotify)g_ptr_array_unref);
	else
		g_task_return_error(task, error);
}

static gboolean
offhook_embed_question_leave_cb(gpointer user_data)
{
	OffhookEmbedQuestion *question = user_data;

	question->cancelled_source = 0;
	offhook_embed_question_answer(
	    question, NULL, g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled"));
	return G_SOURCE_REMOVE;
}

/* A handler may not take itself away from a cancellable that is being cancelled. */
static void
offhook_embed_question_cancelled_cb(GCancellable *cancellable, gpointer user_data)
{
	OffhookEmbedQuestion *question = user_data;

	if (question->cancelled_source == 0)
		question->cancelled_source = g_idle_add_full(
		    G_PRIORITY_DEFAULT, offhook_embed_question_leave_cb, question, NULL);
}

static void
offhook_embed_question_free(OffhookEmbedQuestion *question)
{
	g_clear_handle_id(&question->deadline_id, g_source_remove);
	g_clear_object(&question->cancellable);
	g_strfreev(question->texts);
	g_object_unref(question->embedder);
	g_free(question);
}

/* It is over. @question: (transfer full) */
static void
offhook_embed_question_end(OffhookEmbedQuestion *question, GPtrArray *vectors, GError *error)
{
	offhook_embed_question_answer(question, vectors, error);
	offhook_embed_question_free(question);
}

/* ---- the engines ---- */

static const OffhookLineupEntry *
offhook_embed_question_get_entry(OffhookEmbedQuestion *question)
{
	return offhook_engine_lineup_get(question->embedder->seat.cursor.lineup, question->engine);
}

static void
offhook_supervised_embedder_note_model(OffhookSupervisedEmbedder *self)
{
	if (self->seat.session == NULL)
		return;
	g_free(self->model);
	self->model = g_strdup(offhook_embedder_get_model(OFFHOOK_EMBEDDER(self->seat.session)));
}

/* Others that were asked meanwhile may have sent it away already. %FALSE: nobody is left */
static gboolean
offhook_embed_question_go_on(OffhookEmbedQuestion *question, const GError *error)
{
	OffhookSupervisedEmbedder *self = question->embedder;
	guint n = offhook_engine_lineup_get_length(self->seat.cursor.lineup);

	if (self->seat.occupant == question->engine && self->seat.session != NULL)
		offhook_engine_seat_replace(&self->seat, error);
	offhook_supervised_embedder_note_model(self);
	return self->seat.session != NULL && question->tries <= n;
}

/* @error: (transfer full) */
static void
offhook_embed_question_lose(OffhookEmbedQuestion *question, GError *error)
{
	g_autoptr(GError) why = error;

	/* What can't be asked of one can't be asked of another. */
	if (!g_error_matches(why, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT) &&
	    !g_error_matches(why, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT) &&
	    offhook_embed_question_go_on(question, why))
		offhook_embed_question_ask(question);
	else
		offhook_embed_question_end(question, NULL, g_steal_pointer(&why));
}

static void
offhook_embed_question_win(OffhookEmbedQuestion *question, GPtrArray *vectors,
			   const OffhookEmbedReceipt *receipt)
{
	const OffhookLineupEntry *entry = offhook_embed_question_get_entry(question);
	const OffhookUsage usage = {
	    .role = entry->use.role,
	    .engine = entry->use.name,
	    .input_tokens = MAX(receipt->input_tokens, 0),
	};
	OffhookEmbedAnswer *answer = g_new0(OffhookEmbedAnswer, 1);

	offhook_health_record_succeed(entry->health);
	g_signal_emit_by_name(question->embedder, "usage", &usage);
	answer->model = g_strdup(receipt->model);
	answer->input_tokens = receipt->input_tokens;
	if (question->task != NULL)
		g_task_set_task_data(question->task, answer, offhook_embed_answer_free);
	else
		offhook_embed_answer_free(answer);
	offhook_embed_question_end(question, vectors, NULL);
}

static void
offhook_embed_question_answered_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookEmbedQuestion *question = user_data;
	OffhookEmbedReceipt receipt;
	GError *error = NULL;
	GPtrArray *vectors =
	    offhook_embedder_embed_finish(OFFHOOK_EMBEDDER(source), result, &error);

	g_clear_handle_id(&question->deadline_id, g_source_remove);
	if (vectors != NULL) {
		offhook_embedder_get_receipt(OFFHOOK_EMBEDDER(source), result, &receipt);
		offhook_embed_question_win(question, vectors, &receipt);
		return;
	}
	if (question->late) {
		g_clear_error(&error);
		error =
		    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT, "%s did not answer in time",
				offhook_embed_question_get_entry(question)->use.name);
	}
	offhook_embed_question_lose(question, error);
}

static gboolean
offhook_embed_question_late_cb(gpointer user_data)
{
	OffhookEmbedQuestion *question = user_data;

	question->deadline_id = 0;
	question->late = TRUE;
	g_cancellable_cancel(question->cancellable);
	return G_SOURCE_REMOVE;
}

/* Puts it to whoever sits there. */
static void
offhook_embed_question_ask(OffhookEmbedQuestion *question)
{
	OffhookEngineSeat *seat = &question->embedder->seat;
	guint ms = offhook_engine_lineup_get_deadlines(seat->cursor.lineup)->first_ms;
	g_autoptr(GObject) session = g_object_ref(seat->session);

	question->engine = seat->occupant;
	question->tries++;
	question->late = FALSE;
	g_clear_object(&question->cancellable);
	question->cancellable = g_cancellable_new();
	question->deadline_id = g_timeout_add(ms, offhook_embed_question_late_cb, question);
	offhook_embedder_embed_async(OFFHOOK_EMBEDDER(session),
				     (const char *const *)question->texts, question->cancellable,
				     offhook_embed_question_answered_cb, question);
}

/* ---- the embedder ---- */

static void
offhook_supervised_embedder_embed_async(OffhookEmbedder *embedder, const char *const *texts,
					GCancellable *cancellable, GAsyncReadyCallback callback,
					gpointer user_data)
{
	OffhookSupervisedEmbedder *self = OFFHOOK_SUPERVISED_EMBEDDER(embedder);
	g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
	OffhookEmbedQuestion *question;

	g_task_set_source_tag(task, offhook_supervised_embedder_embed_async);
	if (g_task_return_error_if_cancelled(task))
		return;
	if (!offhook_engine_lineup_is_usable(self->seat.cursor.lineup) ||
	    !offhook_engine_seat_begin(&self->seat)) {
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
					"no engine of embeddings works");
		return;
	}
	offhook_supervised_embedder_note_model(self);
	question = g_new0(OffhookEmbedQuestion, 1);
	question->embedder = g_object_ref(self);
	question->texts = g_strdupv((char **)texts);
	question->task = g_object_ref(task);
	if (cancellable != NULL)
		question->cancelled_id =
		    g_signal_connect(cancellable, "cancelled",
				     G_CALLBACK(offhook_embed_question_cancelled_cb), question);
	offhook_embed_question_ask(question);
}

static GPtrArray *
offhook_supervised_embedder_embed_finish(OffhookEmbedder *embedder, GAsyncResult *result,
					 GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

static void
offhook_supervised_embedder_get_receipt(OffhookEmbedder *embedder, GAsyncResult *result,
					OffhookEmbedReceipt *receipt)
{
	const OffhookEmbedAnswer *answer = g_task_get_task_data(G_TASK(result));

	if (answer == NULL)
		return;
	receipt->model = answer->model;
	receipt->input_tokens = answer->input_tokens;
}

static const char *
offhook_supervised_embedder_get_model(OffhookEmbedder *embedder)
{
	return OFFHOOK_SUPERVISED_EMBEDDER(embedder)->model;
}

/* ---- the object ---- */

/* Sessions of embedders have no signals. */
static void
offhook_supervised_embedder_connect(gpointer owner, GObject *session)
{
}

OffhookEmbedder *
offhook_supervised_embedder_new(OffhookEngineLineup *lineup, GError **error)
{
	g_autoptr(OffhookSupervisedEmbedder) self =
	    g_object_new(OFFHOOK_TYPE_SUPERVISED_EMBEDDER, NULL);

	if (!offhook_engine_seat_init(&self->seat, lineup, self,
				      offhook_supervised_embedder_connect, error))
		return NULL;
	offhook_supervised_embedder_note_model(self);
	return OFFHOOK_EMBEDDER(g_steal_pointer(&self));
}

const char *
offhook_supervised_embedder_get_engine(OffhookSupervisedEmbedder *self)
{
	return offhook_engine_seat_get_name(&self->seat);
}

static void
offhook_supervised_embedder_dispose(GObject *object)
{
	offhook_engine_seat_clear(&OFFHOOK_SUPERVISED_EMBEDDER(object)->seat);

	G_OBJECT_CLASS(offhook_supervised_embedder_parent_class)->dispose(object);
}

static void
offhook_supervised_embedder_finalize(GObject *object)
{
	g_free(OFFHOOK_SUPERVISED_EMBEDDER(object)->model);

	G_OBJECT_CLASS(offhook_supervised_embedder_parent_class)->finalize(object);
}

static void
offhook_supervised_embedder_init(OffhookSupervisedEmbedder *self)
{
}

static void
offhook_supervised_embedder_class_init(OffhookSupervisedEmbedderClass *klass)
{
	OffhookEmbedderClass *embedder = OFFHOOK_EMBEDDER_CLASS(klass);

	embedder->embed_async = offhook_supervised_embedder_embed_async;
	embedder->embed_finish = offhook_supervised_embedder_embed_finish;
	embedder->get_receipt = offhook_supervised_embedder_get_receipt;
	embedder->get_model = offhook_supervised_embedder_get_model;
	G_OBJECT_CLASS(klass)->dispose = offhook_supervised_embedder_dispose;
	G_OBJECT_CLASS(klass)->finalize = offhook_supervised_embedder_finalize;
	offhook_engine_seat_install_signal(G_TYPE_FROM_CLASS(klass));
}
