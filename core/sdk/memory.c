/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The public side of a user's memory: checks what is asked, and asks the subclass. Main thread.
 */

#include <offhook/memory.h>

#include <offhook/error.h>
#include <string.h>

G_DEFINE_ABSTRACT_TYPE(OffhookMemory, offhook_memory, G_TYPE_OBJECT)

static const char *const offhook_memory_kinds[OFFHOOK_MEMORY_N_KINDS] = {
    [OFFHOOK_MEMORY_FACT] = "fact",
    [OFFHOOK_MEMORY_SUMMARY] = "summary",
    [OFFHOOK_MEMORY_PREFERENCE] = "preference",
    [OFFHOOK_MEMORY_EPISODE] = "episode",
};

const char *
offhook_memory_kind_to_string(OffhookMemoryKind kind)
{
	g_return_val_if_fail((guint)kind < OFFHOOK_MEMORY_N_KINDS, NULL);

	return offhook_memory_kinds[kind];
}

gboolean
offhook_memory_kind_parse(const char *text, OffhookMemoryKind *kind, GError **error)
{
	for (guint i = 0; i < OFFHOOK_MEMORY_N_KINDS; i++) {
		if (g_strcmp0(offhook_memory_kinds[i], text) == 0) {
			*kind = i;
			return TRUE;
		}
	}
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
		    "kind: \"%.32s\" is not valid, expected one of fact, summary, preference, "
		    "episode",
		    text != NULL ? text : "");
	return FALSE;
}

void
offhook_memory_item_free(OffhookMemoryItem *self)
{
	if (self == NULL)
		return;
	g_free(self->id);
	g_free(self->key);
	g_free(self->text);
	g_free(self);
}

void
offhook_memory_recall_async(OffhookMemory *self, const char *query, guint limit, guint budget_ms,
			    GCancellable *cancellable, GAsyncReadyCallback callback,
			    gpointer user_data)
{
	g_return_if_fail(OFFHOOK_IS_MEMORY(self));
	g_return_if_fail(query != NULL);

	OFFHOOK_MEMORY_GET_CLASS(self)->recall_async(self, query,
						     CLAMP(limit, 1, OFFHOOK_MEMORY_MAX_ITEMS),
						     budget_ms, cancellable, callback, user_data);
}

GPtrArray *
offhook_memory_recall_finish(OffhookMemory *self, GAsyncResult *result, GError **error)
{
	return OFFHOOK_MEMORY_GET_CLASS(self)->recall_finish(self, result, error);
}

/* What is wrong with it is told, never the text itself. */
static gboolean
offhook_memory_check(const char *what, const char *text, gsize max, GError **error)
{
	gsize length = strlen(text);

	if (length > max) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "%s: %" G_GSIZE_FORMAT " bytes, expected at most %" G_GSIZE_FORMAT,
			    what, length, max);
		return FALSE;
	}
	if (length > 0 && g_utf8_validate(text, (gssize)length, NULL))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
		    "%s: \"%s\" is not valid, expected a text in UTF-8", what,
		    length > 0 ? "(hidden)" : "");
	return FALSE;
}

gboolean
offhook_memory_remember(OffhookMemory *self, OffhookMemoryKind kind, const char *key,
			const char *text, GError **error)
{
	g_return_val_if_fail(OFFHOOK_IS_MEMORY(self), FALSE);
	g_return_val_if_fail((guint)kind < OFFHOOK_MEMORY_N_KINDS, FALSE);
	g_return_val_if_fail(text != NULL, FALSE);

	if (!offhook_memory_check("text", text, OFFHOOK_MEMORY_MAX_TEXT, error) ||
	    (key != NULL && !offhook_memory_check("key", key, OFFHOOK_MEMORY_MAX_KEY, error)))
		return FALSE;
	return OFFHOOK_MEMORY_GET_CLASS(self)->remember(self, kind, key, text, error);
}

void
offhook_memory_list_async(OffhookMemory *self, GCancellable *cancellable,
			  GAsyncReadyCallback callback, gpointer user_data)
{
	g_return_if_fail(OFFHOOK_IS_MEMORY(self));

	OFFHOOK_MEMORY_GET_CLASS(self)->list_async(self, cancellable, callback, user_data);
}

GPtrArray *
offhook_memory_list_finish(OffhookMemory *self, GAsyncResult *result, GError **error)
{
	return OFFHOOK_MEMORY_GET_CLASS(self)->list_finish(self, result, error);
}

void
offhook_memory_forget_async(OffhookMemory *self, const char *id, GCancellable *cancellable,
			    GAsyncReadyCallback callback, gpointer user_data)
{
	g_return_if_fail(OFFHOOK_IS_MEMORY(self));

	OFFHOOK_MEMORY_GET_CLASS(self)->forget_async(self, id, cancellable, callback, user_data);
}

gboolean
offhook_memory_forget_finish(OffhookMemory *self, GAsyncResult *result, guint *count,
			     GError **error)
{
	guint forgotten = 0;
	gboolean good =
	    OFFHOOK_MEMORY_GET_CLASS(self)->forget_finish(self, result, &forgotten, error);

	if (count != NULL)
		*count = forgotten;
	return good;
}

static void
offhook_memory_init(OffhookMemory *self)
{
}

static void
offhook_memory_class_init(OffhookMemoryClass *klass)
{
}
