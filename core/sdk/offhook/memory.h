/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What is remembered of one user across conversations, as the agents of one conversation see it: they
 * get it from their host, and it is that user's alone. Main thread only.
 *
 * A memory is a short text of a kind. Of each user there are OFFHOOK_MEMORY_MAX_ITEMS at most, of
 * OFFHOOK_MEMORY_MAX_BYTES altogether: when there are more the oldest go. The same text of the same
 * kind again, or another under the same key, takes the place of the one that was there, and is as
 * new as any.
 */
#pragma once

#include <offhook/types.h>

G_BEGIN_DECLS

/** The most of one user. */
#define OFFHOOK_MEMORY_MAX_ITEMS 200
#define OFFHOOK_MEMORY_MAX_BYTES (64 * 1024) /* of all texts together */
#define OFFHOOK_MEMORY_MAX_TEXT  2000        /* bytes of one */
#define OFFHOOK_MEMORY_MAX_KEY   64          /* bytes */
#define OFFHOOK_MEMORY_MAX_QUERY 4000        /* bytes that are looked at of what is asked */

/** What sort of thing is remembered. */
typedef enum {
	OFFHOOK_MEMORY_FACT,       /* what is so: "works at the harbour" */
	OFFHOOK_MEMORY_SUMMARY,    /* what a conversation was about */
	OFFHOOK_MEMORY_PREFERENCE, /* what the user likes: "a table by the window" */
	OFFHOOK_MEMORY_EPISODE,    /* what happened once: "the order came late" */
} OffhookMemoryKind;

/** How many kinds there are. */
#define OFFHOOK_MEMORY_N_KINDS (OFFHOOK_MEMORY_EPISODE + 1)

/** "fact", "summary", "preference", "episode" */
const char *offhook_memory_kind_to_string(OffhookMemoryKind kind);
/** %OFFHOOK_ERROR_INVALID_ARGUMENT names the kinds. @text: (nullable) */
gboolean offhook_memory_kind_parse(const char *text, OffhookMemoryKind *kind, GError **error);

/** One memory. */
typedef struct {
	char *id; /* to forget it by */
	OffhookMemoryKind kind;
	char *key; /* (nullable) */
	char *text;
	gint64 created_us; /* since 1970 UTC: when it was remembered last */
	double score;      /* of those recalled: 0 to 1, how near it is; else 0 */
} OffhookMemoryItem;

void offhook_memory_item_free(OffhookMemoryItem *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookMemoryItem, offhook_memory_item_free)

#define OFFHOOK_TYPE_MEMORY (offhook_memory_get_type())
G_DECLARE_DERIVABLE_TYPE(OffhookMemory, offhook_memory, OFFHOOK, MEMORY, GObject)

struct _OffhookMemoryClass {
	GObjectClass parent_class;

	/* Arguments have been checked. */
	void (*recall_async)(OffhookMemory *self, const char *query, guint limit, guint budget_ms,
			     GCancellable *cancellable, GAsyncReadyCallback callback,
			     gpointer user_data);
	GPtrArray *(*recall_finish)(OffhookMemory *self, GAsyncResult *result, GError **error);
	gboolean (*remember)(OffhookMemory *self, OffhookMemoryKind kind, const char *key,
			     const char *text, GError **error);
	void (*list_async)(OffhookMemory *self, GCancellable *cancellable,
			   GAsyncReadyCallback callback, gpointer user_data);
	GPtrArray *(*list_finish)(OffhookMemory *self, GAsyncResult *result, GError **error);
	void (*forget_async)(OffhookMemory *self, const char *id, GCancellable *cancellable,
			     GAsyncReadyCallback callback, gpointer user_data);
	gboolean (*forget_finish)(OffhookMemory *self, GAsyncResult *result, guint *count,
				  GError **error);

	gpointer spare[8];
};

/**
 * offhook_memory_recall_async:
 * @query: words as somebody says them; "" finds nothing
 * @limit: so many at most, 1 to OFFHOOK_MEMORY_MAX_ITEMS
 * @budget_ms: how long it may be looked for what is near in meaning but not in words; after that
 *   what the words alone have found is the answer. 0: as long as it takes
 *
 * What of the user's memories has to do with @query. Memories are found by their words, and where
 * there is an engine of embeddings also by what they mean.
 */
void offhook_memory_recall_async(OffhookMemory *self, const char *query, guint limit,
				 guint budget_ms, GCancellable *cancellable,
				 GAsyncReadyCallback callback, gpointer user_data);
/**
 * (transfer full) (element-type OffhookMemoryItem): nearest first; %NULL with
 * %OFFHOOK_ERROR_UNAVAILABLE: it can't be read just now
 */
GPtrArray *offhook_memory_recall_finish(OffhookMemory *self, GAsyncResult *result, GError **error);

/**
 * offhook_memory_remember:
 * @key: (nullable): what it is about, like "name": of a key there is one memory
 * @text: UTF-8, one or a few sentences
 *
 * It is written down soon, in order, and not lost while the database is away.
 *
 * Returns: %FALSE with %OFFHOOK_ERROR_INVALID_ARGUMENT or %OFFHOOK_ERROR_LIMIT: it can't be written;
 *   %OFFHOOK_ERROR_BUSY: too much waits to be
 */
gboolean offhook_memory_remember(OffhookMemory *self, OffhookMemoryKind kind, const char *key,
				 const char *text, GError **error);

/** All of it. */
void offhook_memory_list_async(OffhookMemory *self, GCancellable *cancellable,
			       GAsyncReadyCallback callback, gpointer user_data);
/** (transfer full) (element-type OffhookMemoryItem): newest first */
GPtrArray *offhook_memory_list_finish(OffhookMemory *self, GAsyncResult *result, GError **error);

/** @id: (nullable): %NULL for all of it, and for what was to be remembered before */
void offhook_memory_forget_async(OffhookMemory *self, const char *id, GCancellable *cancellable,
				 GAsyncReadyCallback callback, gpointer user_data);
/**
 * @count: (out) (optional): how many are gone; 0 when none was there.
 * Returns: %FALSE with %OFFHOOK_ERROR_UNAVAILABLE: nothing is forgotten
 */
gboolean offhook_memory_forget_finish(OffhookMemory *self, GAsyncResult *result, guint *count,
				      GError **error);

G_END_DECLS
