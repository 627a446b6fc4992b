/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The connection's life: connecting, AUTH and SELECT, then commands. A reply that is late costs the
 * connection: nobody could tell later whether its command was carried out. Main thread.
 */

#include "cache/redis-link.h"

#include <offhook/error.h>

#include <stdlib.h>

#define OFFHOOK_REDIS_CONNECT_MS   2000
#define OFFHOOK_REDIS_READ         16384
#define OFFHOOK_REDIS_MAX_UNREAD   (4 * 1024 * 1024)
#define OFFHOOK_REDIS_MAX_UNSENT   (8 * 1024 * 1024)
#define OFFHOOK_REDIS_MAX_ELEMENTS 64 /* of a reply */
#define OFFHOOK_REDIS_MAX_ASKED    4096

struct _OffhookRedisLink {
	GObject parent_instance;

	OffhookRedisAddress address; /* a copy */
	GTlsDatabase *authorities;   /* (nullable) */
	guint timeout_ms;
	GCancellable *cancellable;
	GSocketConnection *connection; /* (nullable) */
	redisReader *reader;
	char buffer[OFFHOOK_REDIS_READ];
	GByteArray *unsent;
	GBytes *sending; /* (nullable) */
	GQueue asked;    /* of OffhookRedisCommand, in the order of their replies */
	guint deadline;
	gboolean open;
	gboolean over; /* "lost" was said */
};

typedef struct {
	OffhookRedisReplyFunc func;
	gpointer user_data;
	gint64 sent_us;
} OffhookRedisCommand;

G_DEFINE_FINAL_TYPE(OffhookRedisLink, offhook_redis_link, G_TYPE_OBJECT)

static void offhook_redis_link_flush(OffhookRedisLink *self);

/* ---- the end ---- */

/* (transfer full) @error */
void
offhook_redis_link_drop(OffhookRedisLink *self, GError *error)
{
	g_autoptr(OffhookRedisLink) keep = g_object_ref(self);
	g_autoptr(GError) owned = error;
	OffhookRedisCommand *command;

	if (self->over)
		return;
	self->over = TRUE;
	self->open = FALSE;
	g_cancellable_cancel(self->cancellable);
	g_clear_handle_id(&self->deadline, g_source_remove);
	while ((command = g_queue_pop_head(&self->asked)) != NULL) {
		command->func(NULL, command->user_data);
		g_free(command);
	}
	g_signal_emit_by_name(self, "lost", error);
}

static void
offhook_redis_link_fail(OffhookRedisLink *self, const char *what)
{
	offhook_redis_link_drop(
	    self, g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "Redis: %s", what));
}

static gboolean
offhook_redis_link_overdue_cb(gpointer user_data)
{
	OffhookRedisLink *self = user_data;
	const OffhookRedisCommand *command = g_queue_peek_head(&self->asked);
	gint64 waited_ms = (g_get_monotonic_time() - command->sent_us) / 1000;
	g_autofree char *what = NULL;

	if (waited_ms < self->timeout_ms) {
		self->deadline =
		    g_timeout_add_full(G_PRIORITY_DEFAULT_IDLE, self->timeout_ms - waited_ms,
				       offhook_redis_link_overdue_cb, self, NULL);
		return G_SOURCE_REMOVE;
	}
	self->deadline = 0;
	what = g_strdup_printf("no answer within %u ms", self->timeout_ms);
	offhook_redis_link_fail(self, what);
	return G_SOURCE_REMOVE;
}

/*
 * For the command that waits longest. Below what reads: when we ourselves were late, the reply that is
 * there already is seen first.
 */
static void
offhook_redis_link_watch(OffhookRedisLink *self)
{
	if (g_queue_is_empty(&self->asked))
		g_clear_handle_id(&self->deadline, g_source_remove);
	else if (self->deadline == 0)
		self->deadline = g_timeout_add_full(G_PRIORITY_DEFAULT_IDLE, self->timeout_ms,
						    offhook_redis_link_overdue_cb, self, NULL);
}

/* ---- reading ---- */

static gboolean
offhook_redis_link_take_reply(OffhookRedisLink *self)
{
	g_autofree OffhookRedisCommand *command = NULL;
	void *reply = NULL;

	if (redisReaderGetReply(self->reader, &reply) != REDIS_OK) {
		offhook_redis_link_fail(self, "what it sends is not its protocol");
		return FALSE;
	}
	if (reply == NULL)
		return FALSE;
	command = g_queue_pop_head(&self->asked);
	if (command == NULL) {
		freeReplyObject(reply);
		offhook_redis_link_fail(self, "it answers what was not asked");
		return FALSE;
	}
	offhook_redis_link_watch(self);
	command->func(reply, command->user_data);
	freeReplyObject(reply);
	return !self->over;
}

static void offhook_redis_link_read(OffhookRedisLink *self);

static void
offhook_redis_link_read_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookRedisLink) self = user_data;
	g_autoptr(GError) error = NULL;
	gssize size = g_input_stream_read_finish(G_INPUT_STREAM(source), result, &error);

	if (self->over)
		return;
	if (size <= 0) {
		offhook_redis_link_fail(self,
					size == 0 ? "the connection was closed" : error->message);
		return;
	}
	if (redisReaderFeed(self->reader, self->buffer, (size_t)size) != REDIS_OK ||
	    self->reader->len - self->reader->pos > OFFHOOK_REDIS_MAX_UNREAD) {
		offhook_redis_link_fail(self, "it sends too much");
		return;
	}
	while (offhook_redis_link_take_reply(self))
		;
	if (!self->over)
		offhook_redis_link_read(self);
}

static void
offhook_redis_link_read(OffhookRedisLink *self)
{
	g_input_stream_read_async(g_io_stream_get_input_stream(G_IO_STREAM(self->connection)),
				  self->buffer, sizeof self->buffer, G_PRIORITY_DEFAULT,
				  self->cancellable, offhook_redis_link_read_cb,
				  g_object_ref(self));
}

/* ---- writing ---- */

static void
offhook_redis_link_sent_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookRedisLink) self = user_data;
	g_autoptr(GError) error = NULL;
	gboolean sent =
	    g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, NULL, &error);

	g_clear_pointer(&self->sending, g_bytes_unref);
	if (self->over)
		return;
	if (sent)
		offhook_redis_link_flush(self);
	else
		offhook_redis_link_fail(self, error->message);
}

static void
offhook_redis_link_flush(OffhookRedisLink *self)
{
	gsize size;
	const void *data;

	if (self->sending != NULL || self->unsent->len == 0)
		return;
	self->sending = g_byte_array_free_to_bytes(self->unsent);
	self->unsent = g_byte_array_new();
	data = g_bytes_get_data(self->sending, &size);
	g_output_stream_write_all_async(
	    g_io_stream_get_output_stream(G_IO_STREAM(self->connection)), data, size,
	    G_PRIORITY_DEFAULT, self->cancellable, offhook_redis_link_sent_cb, g_object_ref(self));
}

static void
offhook_redis_link_post(OffhookRedisLink *self, const char *const *words,
			OffhookRedisReplyFunc func, gpointer user_data)
{
	OffhookRedisCommand *command = g_new(OffhookRedisCommand, 1);
	char *text = NULL;
	int size = redisFormatCommandArgv(&text, (int)g_strv_length((char **)words),
					  (const char **)words, NULL);

	g_byte_array_append(self->unsent, (const guint8 *)text, (guint)size);
	free(text); /* hiredis' own */
	*command = (OffhookRedisCommand){func, user_data, g_get_monotonic_time()};
	g_queue_push_tail(&self->asked, command);
	offhook_redis_link_watch(self);
	offhook_redis_link_flush(self);
}

gboolean
offhook_redis_link_send(OffhookRedisLink *self, const char *const *words,
			OffhookRedisReplyFunc func, gpointer user_data)
{
	if (!self->open || self->asked.length >= OFFHOOK_REDIS_MAX_ASKED ||
	    self->unsent->len > OFFHOOK_REDIS_MAX_UNSENT)
		return FALSE;
	offhook_redis_link_post(self, words, func, user_data);
	return TRUE;
}

/* ---- connecting ---- */

/* Errors of AUTH and SELECT; what the server says of them has nothing secret. */
static void
offhook_redis_link_admitted_cb(const redisReply *reply, gpointer user_data)
{
	OffhookRedisLink *self = user_data;

	if (reply != NULL && reply->type == REDIS_REPLY_ERROR)
		offhook_redis_link_fail(self, reply->str);
}

/* The answer to the last of them. */
static void
offhook_redis_link_greeted_cb(const redisReply *reply, gpointer user_data)
{
	OffhookRedisLink *self = user_data;

	offhook_redis_link_admitted_cb(reply, self);
	if (reply == NULL || self->over)
		return;
	self->open = TRUE;
	g_signal_emit_by_name(self, "ready");
}

static void
offhook_redis_link_greet(OffhookRedisLink *self)
{
	const OffhookRedisAddress *address = &self->address;
	g_autofree char *database = g_strdup_printf("%u", address->database);
	const char *select[] = {"SELECT", database, NULL};

	if (address->user != NULL) {
		const char *auth[] = {"AUTH", address->user, address->password, NULL};

		offhook_redis_link_post(self, auth, offhook_redis_link_admitted_cb, self);
	} else if (address->password != NULL) {
		const char *auth[] = {"AUTH", address->password, NULL};

		offhook_redis_link_post(self, auth, offhook_redis_link_admitted_cb, self);
	}
	offhook_redis_link_post(self, select, offhook_redis_link_greeted_cb, self);
}

static void
offhook_redis_link_connected_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookRedisLink) self = user_data;
	g_autoptr(GError) error = NULL;
	GSocketConnection *connection =
	    g_socket_client_connect_to_host_finish(G_SOCKET_CLIENT(source), result, &error);

	if (self->over) {
		g_clear_object(&connection);
		return;
	}
	if (connection == NULL) {
		offhook_redis_link_fail(self, error->message);
		return;
	}
	self->connection = connection;
	g_clear_handle_id(&self->deadline, g_source_remove);
	offhook_redis_link_greet(self);
	offhook_redis_link_read(self);
}

static void
offhook_redis_link_event_cb(GSocketClient *client, GSocketClientEvent event,
			    GSocketConnectable *connectable, GIOStream *stream,
			    OffhookRedisLink *self)
{
	if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING && self->authorities != NULL)
		g_tls_connection_set_database(G_TLS_CONNECTION(stream), self->authorities);
}

static gboolean
offhook_redis_link_late_cb(gpointer user_data)
{
	OffhookRedisLink *self = user_data;

	self->deadline = 0;
	offhook_redis_link_fail(
	    self, "not connected within " G_STRINGIFY(OFFHOOK_REDIS_CONNECT_MS) " ms");
	return G_SOURCE_REMOVE;
}

void
offhook_redis_link_connect(OffhookRedisLink *self)
{
	g_autoptr(GSocketClient) client = g_socket_client_new();

	g_socket_client_set_enable_proxy(client, FALSE);
	g_socket_client_set_tls(client, self->address.tls);
	g_signal_connect_object(client, "event", G_CALLBACK(offhook_redis_link_event_cb), self, 0);
	self->deadline = g_timeout_add(OFFHOOK_REDIS_CONNECT_MS, offhook_redis_link_late_cb, self);
	g_socket_client_connect_to_host_async(client, self->address.host, self->address.port,
					      self->cancellable, offhook_redis_link_connected_cb,
					      g_object_ref(self));
}

/* ---- the object ---- */

OffhookRedisLink *
offhook_redis_link_new(const OffhookRedisAddress *address, GTlsDatabase *authorities,
		       guint timeout_ms)
{
	OffhookRedisLink *self = g_object_new(OFFHOOK_TYPE_REDIS_LINK, NULL);

	self->address = *address;
	self->address.host = g_strdup(address->host);
	self->address.user = g_strdup(address->user);
	self->address.password = g_strdup(address->password);
	self->authorities = authorities != NULL ? g_object_ref(authorities) : NULL;
	self->timeout_ms = timeout_ms;
	return self;
}

static void
offhook_redis_link_dispose(GObject *object)
{
	OffhookRedisLink *self = OFFHOOK_REDIS_LINK(object);

	g_clear_handle_id(&self->deadline, g_source_remove);
	g_clear_object(&self->connection);
	g_clear_object(&self->authorities);
	g_clear_object(&self->cancellable);
	G_OBJECT_CLASS(offhook_redis_link_parent_class)->dispose(object);
}

static void
offhook_redis_link_finalize(GObject *object)
{
	OffhookRedisLink *self = OFFHOOK_REDIS_LINK(object);

	g_queue_clear_full(&self->asked, g_free);
	redisReaderFree(self->reader);
	g_byte_array_unref(self->unsent);
	g_clear_pointer(&self->sending, g_bytes_unref);
	g_free(self->address.host);
	g_free(self->address.user);
	g_free(self->address.password);
	G_OBJECT_CLASS(offhook_redis_link_parent_class)->finalize(object);
}

/* hiredis makes room for as many parts as a reply claims to have. */
#if HIREDIS_MAJOR >= 1
static void
offhook_redis_link_bound_reader(redisReader *reader)
{
	reader->maxelements = OFFHOOK_REDIS_MAX_ELEMENTS;
}
#else
static void *(*offhook_redis_link_create_array)(const redisReadTask *task, int n);

static void *
offhook_redis_link_create_small_array(const redisReadTask *task, int n)
{
	return n <= OFFHOOK_REDIS_MAX_ELEMENTS ? offhook_redis_link_create_array(task, n) : NULL;
}

static void
offhook_redis_link_bound_reader(redisReader *reader)
{
	static redisReplyObjectFunctions functions;

	if (functions.createArray == NULL) {
		functions = *reader->fn;
		offhook_redis_link_create_array = functions.createArray;
		functions.createArray = offhook_redis_link_create_small_array;
	}
	reader->fn = &functions;
}
#endif

static void
offhook_redis_link_init(OffhookRedisLink *self)
{
	self->cancellable = g_cancellable_new();
	self->reader = redisReaderCreate();
	offhook_redis_link_bound_reader(self->reader);
	self->unsent = g_byte_array_new();
	g_queue_init(&self->asked);
}

static void
offhook_redis_link_class_init(OffhookRedisLinkClass *klass)
{
	GObjectClass *object_class = G_OBJECT_CLASS(klass);

	object_class->dispose = offhook_redis_link_dispose;
	object_class->finalize = offhook_redis_link_finalize;
	g_signal_new("ready", OFFHOOK_TYPE_REDIS_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
		     G_TYPE_NONE, 0);
	g_signal_new("lost", OFFHOOK_TYPE_REDIS_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
		     G_TYPE_NONE, 1, G_TYPE_ERROR);
}
