/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Posting work to another thread's main context. Any thread.
 */

#include <offhook/context.h>

typedef struct {
	void (*func)(gpointer data);
	gpointer data;
	GDestroyNotify destroy;
} OffhookContextPost;

static gboolean
offhook_context_post_run_cb(gpointer user_data)
{
	OffhookContextPost *post = user_data;

	post->func(post->data);
	return G_SOURCE_REMOVE;
}

static void
offhook_context_post_free(gpointer user_data)
{
	OffhookContextPost *post = user_data;

	if (post->destroy != NULL)
		post->destroy(post->data);
	g_free(post);
}

void
offhook_context_post(GMainContext *context, void (*func)(gpointer data), gpointer data,
		     GDestroyNotify destroy)
{
	OffhookContextPost *post = g_new(OffhookContextPost, 1);
	g_autoptr(GSource) source = g_idle_source_new();

	*post = (OffhookContextPost){func, data, destroy};
	/* The same priority for all, so that the order of posting is the order of running. */
	g_source_set_priority(source, G_PRIORITY_DEFAULT);
	g_source_set_callback(source, offhook_context_post_run_cb, post, offhook_context_post_free);
	g_source_set_static_name(source, "offhook-post");
	g_source_attach(source, context);
}
