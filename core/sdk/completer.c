/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The base class of language-model sessions. It keeps the promises that are the same for all of them:
 * one answer at a time, one end for each, nothing after a cancellation, whole characters. Main
 * thread.
 */

#include <offhook/engine.h>

#include <offhook/context.h>
#include <offhook/error.h>
#include <string.h>

typedef struct {
	gboolean active;     /* a request is under way */
	gboolean begun;      /* and the subclass has it */
	guint number;        /* which */
	guint reserved;      /* the last that was */
	guint cancellations; /* what was refused before the last of them is not told */
	gsize size;          /* of its text so far */
	GString *rest;       /* the beginning of a character */
} OffhookCompleterPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE(OffhookCompleter, offhook_completer, G_TYPE_OBJECT)

enum {
	COMPLETER_TEXT,
	COMPLETER_PROGRESS,
	COMPLETER_DONE,
	COMPLETER_FAILED,
	COMPLETER_LAST_SIGNAL
};
static guint completer_signals[COMPLETER_LAST_SIGNAL];

/** A request that came to nothing before it began. */
typedef struct {
	OffhookCompleter *self;
	guint number;
	guint cancellations;
	GError *error;
} OffhookCompleterRefusal;

static OffhookCompleterPrivate *
offhook_completer_get_private(OffhookCompleter *self)
{
	return offhook_completer_get_instance_private(self);
}

/* ---- asking ---- */

static void
offhook_completer_refusal_free(gpointer data)
{
	OffhookCompleterRefusal *refusal = data;

	g_object_unref(refusal->self);
	g_error_free(refusal->error);
	g_free(refusal);
}

/* A request that was checked and refused counts as under way until it is told. */
static void
offhook_completer_refuse_cb(gpointer data)
{
	OffhookCompleterRefusal *refusal = data;
	OffhookCompleterPrivate *priv = offhook_completer_get_private(refusal->self);

	if (priv->cancellations != refusal->cancellations)
		return;
	if (g_error_matches(refusal->error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE))
		g_signal_emit(refusal->self, completer_signals[COMPLETER_FAILED], 0,
			      refusal->number, refusal->error);
	else
		offhook_completer_emit_failed(refusal->self, refusal->number, refusal->error);
}

static void
offhook_completer_refuse(OffhookCompleter *self, guint number, GError *error)
{
	OffhookCompleterRefusal *refusal = g_new0(OffhookCompleterRefusal, 1);

	refusal->self = g_object_ref(self);
	refusal->number = number;
	refusal->cancellations = offhook_completer_get_private(self)->cancellations;
	refusal->error = error;
	offhook_context_post(NULL, offhook_completer_refuse_cb, refusal,
			     offhook_completer_refusal_free);
}

guint
offhook_completer_reserve_number(OffhookCompleter *self)
{
	return ++offhook_completer_get_private(self)->reserved;
}

void
offhook_completer_start(OffhookCompleter *self, guint number, OffhookCompletionRequest *request)
{
	OffhookCompleterPrivate *priv;
	GError *error = NULL;

	g_return_if_fail(OFFHOOK_IS_COMPLETER(self) && request != NULL);

	priv = offhook_completer_get_private(self);
	if (priv->active) {
		offhook_completer_refuse(
		    self, number,
		    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
				"request %u can't start while request %u is under way", number,
				priv->number));
		return;
	}
	priv->active = TRUE;
	priv->number = number;
	priv->size = 0;
	g_string_truncate(priv->rest, 0);
	priv->begun = offhook_completion_request_check(request, &error);
	if (priv->begun)
		OFFHOOK_COMPLETER_GET_CLASS(self)->start(self, number, request);
	else
		offhook_completer_refuse(self, number, error);
}

void
offhook_completer_cancel(OffhookCompleter *self)
{
	OffhookCompleterPrivate *priv;

	g_return_if_fail(OFFHOOK_IS_COMPLETER(self));

	priv = offhook_completer_get_private(self);
	priv->cancellations++;
	if (!priv->active)
		return;
	priv->active = FALSE;
	if (priv->begun)
		OFFHOOK_COMPLETER_GET_CLASS(self)->cancel(self);
}

void
offhook_completer_warm(OffhookCompleter *self)
{
	OffhookCompleterClass *klass;

	g_return_if_fail(OFFHOOK_IS_COMPLETER(self));

	klass = OFFHOOK_COMPLETER_GET_CLASS(self);
	if (klass->warm != NULL)
		klass->warm(self);
}

/* ---- answering ---- */

static gboolean
offhook_completer_is_about(OffhookCompleter *self, guint number)
{
	OffhookCompleterPrivate *priv = offhook_completer_get_private(self);

	return priv->active && priv->number == number;
}

/* Whole characters out of what there is; what can never become one is left out. */
static char *
offhook_completer_take_characters(GString *rest)
{
	const char *end = NULL;
	gsize kept;
	char *text;

	if (g_utf8_validate_len(rest->str, rest->len, &end)) {
		text = g_strndup(rest->str, rest->len);
		g_string_truncate(rest, 0);
		return text;
	}
	kept = rest->len - (gsize)(end - rest->str);
	if (g_utf8_get_char_validated(end, (gssize)kept) == (gunichar)-2) {
		text = g_strndup(rest->str, (gsize)(end - rest->str));
		g_string_erase(rest, 0, end - rest->str);
		return text;
	}
	text = g_utf8_make_valid(rest->str, (gssize)rest->len);
	g_string_truncate(rest, 0);
	return text;
}

void
offhook_completer_emit_text(OffhookCompleter *self, guint number, const char *text, gssize size)
{
	OffhookCompleterPrivate *priv = offhook_completer_get_private(self);
	gsize length = size < 0 ? strlen(text) : (gsize)size;
	g_autofree char *whole = NULL;

	if (!offhook_completer_is_about(self, number))
		return;
	priv->size += length;
	if (priv->size > OFFHOOK_COMPLETION_MAX_TEXT) {
		g_autoptr(GError) error =
		    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
				"the answer is longer than %d bytes", OFFHOOK_COMPLETION_MAX_TEXT);
		g_autoptr(OffhookCompleter) alive = g_object_ref(self);

		offhook_completer_cancel(self);
		g_signal_emit(alive, completer_signals[COMPLETER_FAILED], 0, number, error);
		return;
	}
	g_string_append_len(priv->rest, text, (gssize)length);
	whole = offhook_completer_take_characters(priv->rest);
	if (*whole != '\0')
		g_signal_emit(self, completer_signals[COMPLETER_TEXT], 0, number, whole);
}

void
offhook_completer_emit_progress(OffhookCompleter *self, guint number)
{
	if (offhook_completer_is_about(self, number))
		g_signal_emit(self, completer_signals[COMPLETER_PROGRESS], 0, number);
}

void
offhook_completer_emit_done(OffhookCompleter *self, guint number,
			    const OffhookCompletion *completion)
{
	if (!offhook_completer_is_about(self, number))
		return;
	offhook_completer_get_private(self)->active = FALSE;
	g_signal_emit(self, completer_signals[COMPLETER_DONE], 0, number, completion);
}

void
offhook_completer_emit_failed(OffhookCompleter *self, guint number, const GError *error)
{
	if (!offhook_completer_is_about(self, number))
		return;
	offhook_completer_get_private(self)->active = FALSE;
	g_signal_emit(self, completer_signals[COMPLETER_FAILED], 0, number, error);
}

static void
offhook_completer_finalize(GObject *object)
{
	g_string_free(offhook_completer_get_private(OFFHOOK_COMPLETER(object))->rest, TRUE);

	G_OBJECT_CLASS(offhook_completer_parent_class)->finalize(object);
}

static void
offhook_completer_init(OffhookCompleter *self)
{
	offhook_completer_get_private(self)->rest = g_string_new(NULL);
}

static void
offhook_completer_class_init(OffhookCompleterClass *klass)
{
	GType type = G_TYPE_FROM_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_completer_finalize;
	completer_signals[COMPLETER_TEXT] =
	    g_signal_new("text", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
			 G_TYPE_UINT, G_TYPE_STRING);
	completer_signals[COMPLETER_PROGRESS] = g_signal_new(
	    "progress", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
	completer_signals[COMPLETER_DONE] =
	    g_signal_new("done", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
			 G_TYPE_UINT, G_TYPE_POINTER);
	completer_signals[COMPLETER_FAILED] =
	    g_signal_new("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
			 G_TYPE_UINT, G_TYPE_POINTER);
}
