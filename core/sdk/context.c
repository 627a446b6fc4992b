/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Posting work to another thread's main context. A context has one source with a queue, made at the first post and
 * gone with the context: a source for each post cost more than most of what is posted. Any thread.
 */

#include <offhook/context.h>

typedef struct {
	GList link; /* in the queue */
	guint64 number;
	void (*func)(gpointer data);
	gpointer data;
	GDestroyNotify destroy;
} OffhookContextPost;

typedef struct {
	GMainContext *context; /* has the source, which has this */
	GMutex lock;
	GQueue posts;   /* under lock */
	guint64 posted; /* under lock: the number of the last one */
	gboolean ended; /* under lock: nobody will run them */
} OffhookContextQueue;

typedef struct {
	GSource parent;
	OffhookContextQueue *queue;
} OffhookContextSource;

static GMutex offhook_context_lock;
static GHashTable *offhook_context_queues; /* under lock: of OffhookContextQueue, by context */

static void
offhook_context_post_free(OffhookContextPost *post)
{
	if (post->destroy != NULL)
		post->destroy(post->data);
	g_free(post);
}

/* Returns: does the context have to be told? */
static gboolean
offhook_context_queue_push(OffhookContextQueue *self, OffhookContextPost *post)
{
	gboolean first;

	g_mutex_lock(&self->lock);
	post->number = ++self->posted;
	first = g_queue_is_empty(&self->posts) && !self->ended;
	g_queue_push_tail_link(&self->posts, &post->link);
	g_mutex_unlock(&self->lock);
	return first;
}

/* (nullable): the next one, if it was posted with the @last or before */
static OffhookContextPost *
offhook_context_queue_pop(OffhookContextQueue *self, guint64 last)
{
	OffhookContextPost *post;

	g_mutex_lock(&self->lock);
	post = g_queue_peek_head(&self->posts);
	if (post != NULL && post->number > last)
		post = NULL;
	if (post != NULL)
		g_queue_pop_head_link(&self->posts);
	g_mutex_unlock(&self->lock);
	return post;
}

/* The number of the last one; 0: none waits. */
static guint64
offhook_context_queue_get_last(OffhookContextQueue *self)
{
	guint64 last;

	g_mutex_lock(&self->lock);
	last = g_queue_is_empty(&self->posts) ? 0 : self->posted;
	g_mutex_unlock(&self->lock);
	return last;
}

/*
 * With the context. What waits is freed first, as it may post: to this queue still. Not when the source is finalized,
 * which is later: by then another context may have the address.
 */
static void
offhook_context_queue_free(gpointer data)
{
	OffhookContextQueue *self = data;
	OffhookContextPost *post;

	g_mutex_lock(&self->lock);
	self->ended = TRUE;
	g_mutex_unlock(&self->lock);
	while ((post = offhook_context_queue_pop(self, G_MAXUINT64)) != NULL)
		offhook_context_post_free(post);
	g_mutex_lock(&offhook_context_lock);
	g_hash_table_remove(offhook_context_queues, self->context);
	g_mutex_unlock(&offhook_context_lock);
	g_mutex_clear(&self->lock);
	g_free(self);
}

static gboolean
offhook_context_source_is_ready(GSource *source)
{
	return offhook_context_queue_get_last(((OffhookContextSource *)source)->queue) > 0;
}

static gboolean
offhook_context_source_prepare(GSource *source, gint *timeout_ms)
{
	*timeout_ms = -1;
	return offhook_context_source_is_ready(source);
}

/* What is posted meanwhile has its turn after the context's other sources. */
static gboolean
offhook_context_source_dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
	OffhookContextQueue *queue = user_data;
	guint64 last = offhook_context_queue_get_last(queue);
	OffhookContextPost *post;

	while ((post = offhook_context_queue_pop(queue, last)) != NULL) {
		post->func(post->data);
		offhook_context_post_free(post);
	}
	return G_SOURCE_CONTINUE;
}

static GSourceFuncs offhook_context_source_funcs = {
    .prepare = offhook_context_source_prepare,
    .check = offhook_context_source_is_ready,
    .dispatch = offhook_context_source_dispatch,
};

static OffhookContextQueue *
offhook_context_queue_new(GMainContext *context)
{
	OffhookContextQueue *self = g_new0(OffhookContextQueue, 1);
	g_autoptr(GSource) source =
	    g_source_new(&offhook_context_source_funcs, sizeof(OffhookContextSource));

	self->context = context;
	g_mutex_init(&self->lock);
	((OffhookContextSource *)source)->queue = self;
	g_source_set_static_name(source, "offhook-post");
	g_source_set_priority(source, G_PRIORITY_DEFAULT);
	/* What is posted may run the loop itself. */
	g_source_set_can_recurse(source, TRUE);
	g_source_set_callback(source, NULL, self, offhook_context_queue_free);
	g_source_attach(source, context);
	return self;
}

static OffhookContextQueue *
offhook_context_get_queue(GMainContext *context)
{
	OffhookContextQueue *queue;

	g_mutex_lock(&offhook_context_lock);
	if (offhook_context_queues == NULL)
		offhook_context_queues = g_hash_table_new(NULL, NULL);
	queue = g_hash_table_lookup(offhook_context_queues, context);
	if (queue == NULL) {
		queue = offhook_context_queue_new(context);
		g_hash_table_insert(offhook_context_queues, context, queue);
	}
	g_mutex_unlock(&offhook_context_lock);
	return queue;
}

void
offhook_context_post(GMainContext *context, void (*func)(gpointer data), gpointer data,
		     GDestroyNotify destroy)
{
	OffhookContextPost *post = g_new0(OffhookContextPost, 1);

	post->link.data = post;
	post->func = func;
	post->data = data;
	post->destroy = destroy;
	if (context == NULL)
		context = g_main_context_default();
	/* The context's own thread looks before it waits. */
	if (offhook_context_queue_push(offhook_context_get_queue(context), post) &&
	    !g_main_context_is_owner(context))
		g_main_context_wakeup(context);
}
