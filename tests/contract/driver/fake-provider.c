/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * As much HTTP as a client of ours speaks: one request with a Content-Length per connection. Its
 * threads write, the test's reads.
 */

#include "fake-provider.h"

#include <stdlib.h>
#include <string.h>

struct _OffhookFakeProvider {
	GSocketService *service;
	char *url;

	GMutex lock;
	guint status; /* under lock, and so on */
	char *body;
	char *word;      /* (nullable): requests with it have another answer */
	char *exception; /* that */
	char *request;
	guint count;
};

/* (transfer full): head and body of one request, or what came of it */
static GString *
offhook_fake_provider_read(GInputStream *in)
{
	GString *request = g_string_new(NULL);
	const char *end = NULL;
	const char *length;
	gsize size = G_MAXSIZE;
	char c;

	while ((end == NULL || request->len < size) &&
	       g_input_stream_read(in, &c, 1, NULL, NULL) == 1) {
		g_string_append_c(request, c);
		if (end != NULL || !g_str_has_suffix(request->str, "\r\n\r\n"))
			continue;
		end = request->str;
		length = strcasestr(request->str, "\r\nContent-Length:");
		size = request->len +
		       (length != NULL ? strtoul(length + strlen("\r\nContent-Length:"), NULL, 10)
				       : 0);
	}
	return request;
}

static char *
offhook_fake_provider_answer(OffhookFakeProvider *self, const char *request)
{
	g_autoptr(GString) body = NULL;
	g_autofree char *number = NULL;
	char *answer;

	g_mutex_lock(&self->lock);
	number = g_strdup_printf("%u", ++self->count);
	g_free(self->request);
	self->request = g_strdup(request);
	body =
	    g_string_new(self->word != NULL && strstr(request, self->word) != NULL ? self->exception
										   : self->body);
	g_string_replace(body, "%u", number, 0);
	answer =
	    g_strdup_printf("HTTP/1.1 %u Answer\r\nContent-Type: application/json\r\n"
			    "Content-Length: %" G_GSIZE_FORMAT "\r\nConnection: close\r\n\r\n%s",
			    self->status, body->len, body->str);
	g_mutex_unlock(&self->lock);
	return answer;
}

static gboolean
offhook_fake_provider_run_cb(GThreadedSocketService *service, GSocketConnection *connection,
			     GObject *source, gpointer user_data)
{
	GIOStream *stream = G_IO_STREAM(connection);
	g_autoptr(GString) request =
	    offhook_fake_provider_read(g_io_stream_get_input_stream(stream));
	g_autofree char *answer = NULL;

	if (request->len == 0)
		return TRUE;
	answer = offhook_fake_provider_answer(user_data, request->str);
	g_output_stream_write_all(g_io_stream_get_output_stream(stream), answer, strlen(answer),
				  NULL, NULL, NULL);
	g_io_stream_close(stream, NULL, NULL);
	return TRUE;
}

OffhookFakeProvider *
offhook_fake_provider_new(void)
{
	OffhookFakeProvider *self = g_new0(OffhookFakeProvider, 1);
	g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
	g_autoptr(GSocketAddress) any = g_inet_socket_address_new(loopback, 0);
	g_autoptr(GSocketAddress) address = NULL;
	g_autoptr(GError) error = NULL;

	g_mutex_init(&self->lock);
	self->status = 200;
	/* With a limit GLib stops and starts to accept from the threads, which crashes it now and then. */
	self->service = g_threaded_socket_service_new(-1);
	g_socket_listener_add_address(G_SOCKET_LISTENER(self->service), any, G_SOCKET_TYPE_STREAM,
				      G_SOCKET_PROTOCOL_TCP, NULL, &address, &error);
	g_assert_no_error(error);
	self->url = g_strdup_printf("http://127.0.0.1:%u",
				    g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(address)));
	g_signal_connect(self->service, "run", G_CALLBACK(offhook_fake_provider_run_cb), self);
	g_socket_service_start(self->service);
	return self;
}

void
offhook_fake_provider_free(OffhookFakeProvider *self)
{
	if (self == NULL)
		return;
	g_socket_service_stop(self->service);
	g_socket_listener_close(G_SOCKET_LISTENER(self->service));
	g_object_unref(self->service);
	g_mutex_clear(&self->lock);
	g_free(self->url);
	g_free(self->body);
	g_free(self->word);
	g_free(self->exception);
	g_free(self->request);
	g_free(self);
}

const char *
offhook_fake_provider_get_url(OffhookFakeProvider *self)
{
	return self->url;
}

void
offhook_fake_provider_set_answer(OffhookFakeProvider *self, guint status, const char *body)
{
	g_mutex_lock(&self->lock);
	self->status = status;
	g_free(self->body);
	self->body = g_strdup(body);
	g_mutex_unlock(&self->lock);
}

void
offhook_fake_provider_set_exception(OffhookFakeProvider *self, const char *word, const char *body)
{
	g_mutex_lock(&self->lock);
	g_free(self->word);
	g_free(self->exception);
	self->word = g_strdup(word);
	self->exception = g_strdup(body != NULL ? body : "");
	g_mutex_unlock(&self->lock);
}

guint
offhook_fake_provider_count(OffhookFakeProvider *self)
{
	guint count;

	g_mutex_lock(&self->lock);
	count = self->count;
	g_mutex_unlock(&self->lock);
	return count;
}

char *
offhook_fake_provider_dup_request(OffhookFakeProvider *self)
{
	char *request;

	g_mutex_lock(&self->lock);
	request = g_strdup(self->request);
	g_mutex_unlock(&self->lock);
	return request;
}
