/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "http/server/elders.h"

#include <offhook/error.h>

#include "http/server/tunnel.h"

/* So long a process may take that listens no more, until it has written down how its calls ended. */
#define OFFHOOK_HTTP_ELDERS_END_S   10
#define OFFHOOK_HTTP_ELDERS_LOOK_MS 100

struct _OffhookHttpElders {
	GArray *all; /* of OffhookHttpElder, whose texts are ours */
};

/** The search for the process that a request is about. */
typedef struct {
	OffhookHttpElders *elders;
	OffhookHttpRequest *request;
	char *asker;       /* (nullable) */
	char **urls;       /* those that there were when it began */
	guint at;          /* the one that is asked */
	GPtrArray *closed; /* of const char *: those that did not listen */
	gboolean lost;     /* one has not answered */
	gint64 until_us;
	OffhookHttpEldersFunc nobody;
	gpointer user_data;
} OffhookHttpSearch;

static void
offhook_http_elders_clear_one(gpointer data)
{
	OffhookHttpElder *elder = data;

	g_free((char *)elder->url);
}

OffhookHttpElders *
offhook_http_elders_new(void)
{
	OffhookHttpElders *self = g_new0(OffhookHttpElders, 1);

	self->all = g_array_new(FALSE, FALSE, sizeof(OffhookHttpElder));
	g_array_set_clear_func(self->all, offhook_http_elders_clear_one);
	return self;
}

void
offhook_http_elders_free(OffhookHttpElders *self)
{
	if (self == NULL)
		return;
	g_array_unref(self->all);
	g_free(self);
}

void
offhook_http_elders_set(OffhookHttpElders *self, const OffhookHttpElder *elders, guint n)
{
	g_array_set_size(self->all, 0);
	for (guint i = 0; i < n; i++) {
		OffhookHttpElder elder = elders[i];

		elder.url = g_strdup(elder.url);
		g_array_append_val(self->all, elder);
	}
}

guint
offhook_http_elders_count(OffhookHttpElders *self)
{
	return self->all->len;
}

const OffhookHttpElder *
offhook_http_elders_get(OffhookHttpElders *self, guint i)
{
	return &g_array_index(self->all, OffhookHttpElder, i);
}

guint
offhook_http_elders_count_calls(OffhookHttpElders *self)
{
	guint n = 0;

	for (guint i = 0; i < self->all->len; i++)
		n += offhook_http_elders_get(self, i)->n_calls;
	return n;
}

/* ---- the search ---- */

static void
offhook_http_search_free(OffhookHttpSearch *self)
{
	g_ptr_array_unref(self->closed);
	g_strfreev(self->urls);
	g_free(self->asker);
	offhook_http_request_unref(self->request);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookHttpSearch, offhook_http_search_free)

/* Whether one of those that listened no more is still there. */
static gboolean
offhook_http_search_is_ending(OffhookHttpSearch *self)
{
	for (guint i = 0; i < offhook_http_elders_count(self->elders); i++)
		if (g_ptr_array_find_with_equal_func(self->closed,
						     offhook_http_elders_get(self->elders, i)->url,
						     g_str_equal, NULL))
			return TRUE;
	return FALSE;
}

static void
offhook_http_search_end(OffhookHttpSearch *self)
{
	g_autoptr(OffhookHttpSearch) search = self;

	if (!search->request->gone)
		search->nobody(search->request, search->user_data);
}

static gboolean
offhook_http_search_look_cb(gpointer user_data)
{
	OffhookHttpSearch *self = user_data;

	if (!self->request->gone && offhook_http_search_is_ending(self) &&
	    g_get_monotonic_time() < self->until_us)
		return G_SOURCE_CONTINUE;
	offhook_http_search_end(self);
	return G_SOURCE_REMOVE;
}

/* Nobody has it. */
static void
offhook_http_search_give_up(OffhookHttpSearch *self)
{
	g_autoptr(GError) error = NULL;

	if (self->lost) {
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "the process that has the call has ended before it answered");
		offhook_http_request_reply_error_as(self->request, SOUP_STATUS_BAD_GATEWAY, error);
		offhook_http_search_free(self);
	} else if (offhook_http_search_is_ending(self)) {
		self->until_us =
		    g_get_monotonic_time() + OFFHOOK_HTTP_ELDERS_END_S * G_USEC_PER_SEC;
		g_timeout_add(OFFHOOK_HTTP_ELDERS_LOOK_MS, offhook_http_search_look_cb, self);
	} else {
		offhook_http_search_end(self);
	}
}

static void offhook_http_search_ask(OffhookHttpSearch *self);

static void
offhook_http_search_ended_cb(OffhookHttpRequest *request, OffhookHttpTunnelEnd end,
			     gpointer user_data)
{
	OffhookHttpSearch *self = user_data;

	if (end == OFFHOOK_HTTP_TUNNEL_PASSED) {
		offhook_http_search_free(self);
		return;
	}
	if (end == OFFHOOK_HTTP_TUNNEL_CLOSED)
		g_ptr_array_add(self->closed, self->urls[self->at]);
	self->lost = self->lost || end == OFFHOOK_HTTP_TUNNEL_LOST;
	self->at++;
	offhook_http_search_ask(self);
}

/*
 * Who is asked alone does not ask others, so that nothing is done twice. The last one answers also for what it does
 * not have any more, as nobody knows it better, unless another one might.
 */
static void
offhook_http_search_ask(OffhookHttpSearch *self)
{
	const char *url = self->urls[self->at];

	if (self->request->gone)
		offhook_http_search_free(self);
	else if (url == NULL)
		offhook_http_search_give_up(self);
	else
		offhook_http_tunnel(
		    self->request, url, self->asker,
		    self->urls[self->at + 1] != NULL || self->closed->len > 0 || self->lost,
		    offhook_http_search_ended_cb, self);
}

void
offhook_http_elders_ask(OffhookHttpElders *self, OffhookHttpRequest *request, const char *asker,
			OffhookHttpEldersFunc nobody, gpointer user_data)
{
	OffhookHttpSearch *search = g_new0(OffhookHttpSearch, 1);

	search->elders = self;
	search->request = offhook_http_request_wait(request);
	search->asker = g_strdup(asker);
	search->urls = g_new0(char *, self->all->len + 1);
	for (guint i = 0; i < self->all->len; i++)
		search->urls[i] = g_strdup(offhook_http_elders_get(self, i)->url);
	search->closed = g_ptr_array_new();
	search->nobody = nobody;
	search->user_data = user_data;
	offhook_http_search_ask(search);
}
