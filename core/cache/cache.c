/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Epochs, versions and values as keys of Redis:
 *   PREFIX:epoch           the epoch
 *   PREFIX:version:ENTRY   its version; "!..." while it is blocked; none is one, too
 *   PREFIX:value:ENTRY     EPOCH|VERSION|VARIANT, a line feed, the value
 * A version outlives every value that could have been put under the one before. Main thread.
 */

#include "cache/cache.h"

#include <offhook/error.h>

#include "base/uuid.h"
#include "cache/redis-link.h"

#include <string.h>

#define OFFHOOK_CACHE_RETRY_MS     200
#define OFFHOOK_CACHE_RETRY_MAX_MS 10000
/* How long one may take to get what a ticket is for. */
#define OFFHOOK_CACHE_TICKET_S  60
#define OFFHOOK_CACHE_VERSION_S G_STRINGIFY(3720) /* both together, and some time to spare */
G_STATIC_ASSERT(OFFHOOK_CACHE_MAX_AGE_S + OFFHOOK_CACHE_TICKET_S < 3720);

struct _OffhookCache {
	GObject parent_instance;

	OffhookRedisAddress *address;
	GTlsDatabase *authorities; /* (nullable) */
	char *prefix;
	guint timeout_ms;
	OffhookRedisLink *link; /* (nullable): it will be tried again */
	gboolean ready;
	gboolean told; /* that it is away */
	guint retry_ms;
	guint retry_source;
	OffhookCacheStats stats;
};

G_DEFINE_FINAL_TYPE(OffhookCache, offhook_cache, G_TYPE_OBJECT)

static char *
offhook_cache_make_key(OffhookCache *self, const char *what, const char *entry)
{
	return g_strjoin(":", self->prefix, what, entry, NULL);
}

static char *
offhook_cache_make_epoch_key(OffhookCache *self)
{
	return g_strconcat(self->prefix, ":epoch", NULL);
}

/* ---- away, and there again ---- */

static void offhook_cache_connect(OffhookCache *self);
static void offhook_cache_begin_epoch(OffhookCache *self);

static gboolean
offhook_cache_retry_cb(gpointer user_data)
{
	OffhookCache *self = user_data;

	self->retry_source = 0;
	if (self->link == NULL)
		offhook_cache_connect(self);
	else
		offhook_cache_begin_epoch(self);
	return G_SOURCE_REMOVE;
}

static void
offhook_cache_fail(OffhookCache *self, const GError *error)
{
	gboolean first = !self->told;

	self->ready = FALSE;
	self->retry_ms =
	    first ? OFFHOOK_CACHE_RETRY_MS : MIN(self->retry_ms * 2, OFFHOOK_CACHE_RETRY_MAX_MS);
	if (self->retry_source == 0)
		self->retry_source = g_timeout_add(self->retry_ms, offhook_cache_retry_cb, self);
	if (!first)
		return;
	self->told = TRUE;
	self->stats.outages++;
	g_signal_emit_by_name(self, "lost", error);
}

static void
offhook_cache_lost_cb(OffhookRedisLink *link, const GError *error, OffhookCache *self)
{
	g_signal_handlers_disconnect_by_data(link, self);
	g_clear_object(&self->link);
	offhook_cache_fail(self, error);
}

static void
offhook_cache_drop(OffhookCache *self, const char *what)
{
	if (self->link != NULL)
		offhook_redis_link_drop(
		    self->link,
		    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "Redis: %s", what));
}

/*
 * Redis is there and takes nothing: it has no memory left, say. It is not asked any more for a while, but
 * the connection stays, over which it can still be told of changes.
 */
static gboolean
offhook_cache_check_reply(OffhookCache *self, const redisReply *reply)
{
	g_autoptr(GError) error = NULL;

	if (reply == NULL)
		return FALSE;
	if (reply->type != REDIS_REPLY_ERROR)
		return TRUE;
	error = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "Redis: %s", reply->str);
	offhook_cache_fail(self, error);
	return FALSE;
}

/* ---- connecting ---- */

static void
offhook_cache_epoch_cb(const redisReply *reply, gpointer user_data)
{
	OffhookCache *self = user_data;

	if (!offhook_cache_check_reply(self, reply))
		return;
	self->ready = TRUE;
	if (!self->told)
		return;
	self->told = FALSE;
	g_signal_emit_by_name(self, "restored");
}

static void
offhook_cache_begin_epoch(OffhookCache *self)
{
	g_autofree char *key = offhook_cache_make_epoch_key(self);
	g_autofree char *epoch = offhook_uuid_new_v7();
	const char *words[] = {"SET", key, epoch, NULL};

	if (!offhook_redis_link_send(self->link, words, offhook_cache_epoch_cb, self))
		offhook_cache_drop(self, "too much waits for an answer");
}

static void
offhook_cache_ready_cb(OffhookRedisLink *link, OffhookCache *self)
{
	offhook_cache_begin_epoch(self);
}

static void
offhook_cache_connect(OffhookCache *self)
{
	self->link = offhook_redis_link_new(self->address, self->authorities, self->timeout_ms);
	g_signal_connect(self->link, "ready", G_CALLBACK(offhook_cache_ready_cb), self);
	g_signal_connect(self->link, "lost", G_CALLBACK(offhook_cache_lost_cb), self);
	offhook_redis_link_connect(self->link);
}

gboolean
offhook_cache_check_url(const char *url, GError **error)
{
	g_autoptr(OffhookRedisAddress) address = offhook_redis_address_parse(url, error);

	return address != NULL;
}

static gboolean
offhook_cache_load_authorities(OffhookCache *self, const char *file, GError **error)
{
	g_autoptr(GError) local = NULL;

	self->authorities = g_tls_file_database_new(file, &local);
	if (self->authorities != NULL)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "%s: %s", file, local->message);
	return FALSE;
}

OffhookCache *
offhook_cache_new(const OffhookCacheOptions *options, GError **error)
{
	g_autoptr(OffhookCache) self = g_object_new(OFFHOOK_TYPE_CACHE, NULL);

	self->address = offhook_redis_address_parse(options->url, error);
	self->prefix = g_strdup(options->prefix);
	self->timeout_ms = options->timeout_ms;
	if (self->address == NULL ||
	    (options->ca_file != NULL &&
	     !offhook_cache_load_authorities(self, options->ca_file, error)))
		return NULL;
	offhook_cache_connect(self);
	return g_steal_pointer(&self);
}

void
offhook_cache_get_stats(OffhookCache *self, OffhookCacheStats *stats)
{
	*stats = self->stats;
	stats->connected = self->ready;
}

/* ---- getting ---- */

typedef struct {
	char *variant;
	char *epoch;   /* (nullable) */
	char *version; /* (nullable): blocked */
	char *ticket;
} OffhookCacheLookup;

static void
offhook_cache_lookup_free(gpointer data)
{
	OffhookCacheLookup *lookup = data;

	g_free(lookup->variant);
	g_free(lookup->epoch);
	g_free(lookup->version);
	g_free(lookup->ticket);
	g_free(lookup);
}

static void
offhook_cache_ignore_cb(const redisReply *reply, gpointer user_data)
{
	offhook_cache_check_reply(user_data, reply);
}

/* Somebody has emptied Redis. Of several that notice it one makes the epoch. */
static void
offhook_cache_make_epoch(OffhookCache *self)
{
	g_autofree char *key = offhook_cache_make_epoch_key(self);
	g_autofree char *epoch = offhook_uuid_new_v7();
	const char *words[] = {"SET", key, epoch, "NX", NULL};

	if (self->ready)
		offhook_redis_link_send(self->link, words, offhook_cache_ignore_cb, self);
}

/* (transfer full) (nullable) */
static char *
offhook_cache_dup_reply(const redisReply *reply)
{
	return reply->type == REDIS_REPLY_STRING ? g_strndup(reply->str, reply->len) : NULL;
}

/* "TIME|EPOCH|VERSION|VARIANT": all but the time is what a value begins with. */
static void
offhook_cache_lookup_make_ticket(OffhookCacheLookup *lookup)
{
	if (lookup->epoch != NULL && lookup->version != NULL)
		lookup->ticket =
		    g_strdup_printf("%" G_GINT64_FORMAT "|%s|%s|%s", g_get_monotonic_time(),
				    lookup->epoch, lookup->version, lookup->variant);
}

/* (nullable): what has to stand before the value */
static const char *
offhook_cache_get_tag(const char *ticket)
{
	return strchr(ticket, '|') + 1;
}

/* (transfer full) (nullable) */
static char *
offhook_cache_lookup_read_value(const OffhookCacheLookup *lookup, const redisReply *reply)
{
	const char *tag;
	gsize length;

	if (lookup->ticket == NULL || reply->type != REDIS_REPLY_STRING)
		return NULL;
	tag = offhook_cache_get_tag(lookup->ticket);
	length = strlen(tag);
	if ((gsize)reply->len <= length || memcmp(reply->str, tag, length) != 0 ||
	    reply->str[length] != '\n' || !g_utf8_validate(reply->str, (gssize)reply->len, NULL))
		return NULL;
	return g_strndup(reply->str + length + 1, reply->len - length - 1);
}

/* MGET of epoch, version and value. */
static void
offhook_cache_got_cb(const redisReply *reply, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookCache *self = g_task_get_source_object(task);
	OffhookCacheLookup *lookup = g_task_get_task_data(task);
	g_autofree char *version = NULL;
	char *value;

	if (!offhook_cache_check_reply(self, reply) || reply->elements != 3) {
		self->stats.skipped++;
		g_task_return_pointer(task, NULL, NULL);
		return;
	}
	lookup->epoch = offhook_cache_dup_reply(reply->element[0]);
	version = offhook_cache_dup_reply(reply->element[1]);
	if (version == NULL)
		lookup->version = g_strdup("-");
	else if (*version != '!')
		lookup->version = g_steal_pointer(&version);
	if (lookup->epoch == NULL)
		offhook_cache_make_epoch(self);
	offhook_cache_lookup_make_ticket(lookup);
	value = offhook_cache_lookup_read_value(lookup, reply->element[2]);
	if (value != NULL)
		self->stats.hits++;
	else
		self->stats.misses++;
	g_task_return_pointer(task, value, g_free);
}

void
offhook_cache_get_async(OffhookCache *self, const char *entry, const char *variant,
			GAsyncReadyCallback callback, gpointer user_data)
{
	g_autoptr(GTask) task = g_task_new(self, NULL, callback, user_data);
	OffhookCacheLookup *lookup = g_new0(OffhookCacheLookup, 1);
	g_autofree char *epoch = offhook_cache_make_epoch_key(self);
	g_autofree char *version = offhook_cache_make_key(self, "version", entry);
	g_autofree char *value = offhook_cache_make_key(self, "value", entry);
	const char *words[] = {"MGET", epoch, version, value, NULL};

	g_task_set_source_tag(task, offhook_cache_get_async);
	lookup->variant = g_strdup(variant);
	g_task_set_task_data(task, lookup, offhook_cache_lookup_free);
	if (self->ready &&
	    offhook_redis_link_send(self->link, words, offhook_cache_got_cb, g_object_ref(task)))
		return;
	if (self->ready)
		g_object_unref(task);
	self->stats.skipped++;
	g_task_return_pointer(task, NULL, NULL);
}

char *
offhook_cache_get_finish(OffhookCache *self, GAsyncResult *result, char **ticket)
{
	OffhookCacheLookup *lookup = g_task_get_task_data(G_TASK(result));

	*ticket = g_steal_pointer(&lookup->ticket);
	return g_task_propagate_pointer(G_TASK(result), NULL);
}

void
offhook_cache_put(OffhookCache *self, const char *entry, const char *ticket, const char *value,
		  guint age_s)
{
	gint64 asked_us = g_ascii_strtoll(ticket, NULL, 10);
	g_autofree char *key = offhook_cache_make_key(self, "value", entry);
	g_autofree char *text = g_strjoin("\n", offhook_cache_get_tag(ticket), value, NULL);
	g_autofree char *age = g_strdup_printf("%u", MIN(age_s, OFFHOOK_CACHE_MAX_AGE_S));
	const char *words[] = {"SET", key, text, "EX", age, NULL};

	if (!self->ready || age_s == 0 || strlen(value) > OFFHOOK_CACHE_MAX_VALUE ||
	    g_get_monotonic_time() - asked_us > OFFHOOK_CACHE_TICKET_S * G_USEC_PER_SEC)
		return;
	offhook_redis_link_send(self->link, words, offhook_cache_ignore_cb, self);
}

/* ---- changes ---- */

typedef struct {
	GTask *task;
	guint waiting;
} OffhookCacheChange;

static void
offhook_cache_change_done(OffhookCacheChange *change)
{
	if (--change->waiting > 0)
		return;
	g_task_return_boolean(change->task, TRUE);
	g_object_unref(change->task);
	g_free(change);
}

/* When not even that can be told there is the connection's end, and the next one's epoch. */
static void
offhook_cache_forgot_cb(const redisReply *reply, gpointer user_data)
{
	OffhookCacheChange *change = user_data;

	if (reply != NULL && reply->type == REDIS_REPLY_ERROR)
		offhook_cache_drop(g_task_get_source_object(change->task), reply->str);
	offhook_cache_change_done(change);
}

/* Without an epoch nothing counts. Taking a key out needs no memory. */
static void
offhook_cache_forget_all(OffhookCache *self, OffhookCacheChange *change)
{
	g_autofree char *key = offhook_cache_make_epoch_key(self);
	const char *words[] = {"DEL", key, NULL};

	if (self->link == NULL)
		return;
	change->waiting++;
	if (!offhook_redis_link_send(self->link, words, offhook_cache_forgot_cb, change))
		change->waiting--;
}

static void
offhook_cache_changed_cb(const redisReply *reply, gpointer user_data)
{
	OffhookCacheChange *change = user_data;
	OffhookCache *self = g_task_get_source_object(change->task);

	if (!offhook_cache_check_reply(self, reply) && reply != NULL)
		offhook_cache_forget_all(self, change);
	offhook_cache_change_done(change);
}

/* What can't be told costs the connection, so that the next one begins a new epoch. */
static void
offhook_cache_tell(OffhookCache *self, OffhookCacheChange *change, const char *const *words)
{
	if (!self->ready)
		return;
	change->waiting++;
	if (offhook_redis_link_send(self->link, words, offhook_cache_changed_cb, change))
		return;
	change->waiting--;
	offhook_cache_drop(self, "too much waits for an answer");
}

static void
offhook_cache_set_versions(OffhookCache *self, const char *const *entries, const char *mark,
			   GTask *task)
{
	OffhookCacheChange *change = g_new0(OffhookCacheChange, 1);
	g_autofree char *id = offhook_uuid_new_v7();
	g_autofree char *version = g_strconcat(mark, id, NULL);

	change->task = task;
	change->waiting = 1;
	if (!self->ready)
		offhook_cache_forget_all(self, change);
	for (guint i = 0; entries[i] != NULL; i++) {
		g_autofree char *key = offhook_cache_make_key(self, "version", entries[i]);
		g_autofree char *value = offhook_cache_make_key(self, "value", entries[i]);
		const char *set[] = {"SET", key, version, "EX", OFFHOOK_CACHE_VERSION_S, NULL};
		const char *del[] = {"DEL", value, NULL};

		offhook_cache_tell(self, change, set);
		offhook_cache_tell(self, change, del);
	}
	offhook_cache_change_done(change);
}

void
offhook_cache_block_async(OffhookCache *self, const char *const *entries,
			  GAsyncReadyCallback callback, gpointer user_data)
{
	GTask *task = g_task_new(self, NULL, callback, user_data);

	g_task_set_source_tag(task, offhook_cache_block_async);
	offhook_cache_set_versions(self, entries, "!", task);
}

void
offhook_cache_block_finish(OffhookCache *self, GAsyncResult *result)
{
	g_task_propagate_boolean(G_TASK(result), NULL);
}

void
offhook_cache_renew_async(OffhookCache *self, const char *const *entries,
			  GAsyncReadyCallback callback, gpointer user_data)
{
	GTask *task = g_task_new(self, NULL, callback, user_data);

	g_task_set_source_tag(task, offhook_cache_renew_async);
	offhook_cache_set_versions(self, entries, "", task);
}

void
offhook_cache_renew_finish(OffhookCache *self, GAsyncResult *result)
{
	g_task_propagate_boolean(G_TASK(result), NULL);
}

/* ---- the object ---- */

static void
offhook_cache_dispose(GObject *object)
{
	OffhookCache *self = OFFHOOK_CACHE(object);

	g_clear_handle_id(&self->retry_source, g_source_remove);
	if (self->link != NULL) {
		g_autoptr(OffhookRedisLink) link = g_steal_pointer(&self->link);

		self->ready = FALSE;
		g_signal_handlers_disconnect_by_data(link, self);
		offhook_redis_link_drop(
		    link, g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_CANCELLED, "Redis: closed"));
	}
	g_clear_object(&self->authorities);
	G_OBJECT_CLASS(offhook_cache_parent_class)->dispose(object);
}

static void
offhook_cache_finalize(GObject *object)
{
	OffhookCache *self = OFFHOOK_CACHE(object);

	offhook_redis_address_free(self->address);
	g_free(self->prefix);
	G_OBJECT_CLASS(offhook_cache_parent_class)->finalize(object);
}

static void
offhook_cache_init(OffhookCache *self)
{
}

static void
offhook_cache_class_init(OffhookCacheClass *klass)
{
	GObjectClass *object_class = G_OBJECT_CLASS(klass);

	object_class->dispose = offhook_cache_dispose;
	object_class->finalize = offhook_cache_finalize;
	g_signal_new("lost", OFFHOOK_TYPE_CACHE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
		     G_TYPE_NONE, 1, G_TYPE_ERROR);
	g_signal_new("restored", OFFHOOK_TYPE_CACHE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
		     G_TYPE_NONE, 0);
}
