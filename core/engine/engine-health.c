/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The records, each with its breaker, and one timer for the probe that is due next. A record lives as
 * long as something uses its engine, and so do its probes. Main thread.
 */

#include "engine/engine-health.h"

#include "base/deadline.h"
#include "base/json.h"
#include "engine/engine-probe.h"
#include <offhook/error.h>
#include <string.h>

struct _OffhookHealthRecord {
	gatomicrefcount ref_count;
	OffhookEngineHealth *health;
	char *key; /* in its table */
	char *name;
	char *language;
	char *voice; /* (nullable) */
	OffhookEngine *engine;
	GHashTable *options; /* (nullable) */
	OffhookEngineRoles role;

	OffhookBreaker breaker;
	OffhookEngineProbe *probe; /* (nullable) */
	const char *error;         /* (nullable): API code, static */
};

struct _OffhookEngineHealth {
	GObject parent_instance;

	OffhookBreakerConfig config;
	GHashTable *records; /* key -> OffhookHealthRecord, which takes itself out */
	OffhookDeadline *deadline;
};

enum { HEALTH_CHANGED, HEALTH_LAST_SIGNAL };
static guint health_signals[HEALTH_LAST_SIGNAL];

G_DEFINE_FINAL_TYPE(OffhookEngineHealth, offhook_engine_health, G_TYPE_OBJECT)

const char *
offhook_engine_role_to_string(OffhookEngineRoles role)
{
	if (role == OFFHOOK_ENGINE_TRANSCRIBE)
		return "stt";
	if (role == OFFHOOK_ENGINE_EMBED)
		return "embed";
	return role == OFFHOOK_ENGINE_SYNTHESIZE ? "tts" : "llm";
}

/* ---- probes ---- */

gboolean
offhook_engine_error_is_innocent(const GError *error)
{
	static const OffhookError codes[] = {
	    OFFHOOK_ERROR_INVALID_ARGUMENT,
	    OFFHOOK_ERROR_NOT_SUPPORTED,
	    OFFHOOK_ERROR_INVALID_STATE,
	    OFFHOOK_ERROR_CANCELLED,
	    OFFHOOK_ERROR_LIMIT,
	};

	for (guint i = 0; i < G_N_ELEMENTS(codes); i++)
		if (g_error_matches(error, OFFHOOK_ERROR, codes[i]))
			return TRUE;
	return FALSE;
}

static void
offhook_engine_health_plan(OffhookEngineHealth *self)
{
	gint64 next = G_MAXINT64;
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, self->records);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		OffhookHealthRecord *record = value;

		next = MIN(next, offhook_breaker_get_probe_time(&record->breaker));
	}
	offhook_deadline_set(self->deadline, next);
}

/* After anything that can move @self's breaker from @before. */
static void
offhook_health_record_settle(OffhookHealthRecord *self, OffhookBreakerState before)
{
	offhook_engine_health_plan(self->health);
	if (self->breaker.state != before)
		g_signal_emit(self->health, health_signals[HEALTH_CHANGED], 0, self);
}

static void
offhook_health_record_probed_cb(gpointer user_data, const GError *error)
{
	g_autoptr(OffhookHealthRecord) self = offhook_health_record_ref(user_data);
	OffhookBreakerState before = self->breaker.state;
	gboolean good = error == NULL || offhook_engine_error_is_innocent(error);

	self->error = good ? NULL : offhook_error_get_api_code(error);
	offhook_breaker_end_probe(&self->breaker, g_get_monotonic_time(), good);
	g_clear_pointer(&self->probe, offhook_engine_probe_free);
	offhook_health_record_settle(self, before);
}

static void
offhook_health_record_begin_probe(OffhookHealthRecord *self)
{
	const OffhookEngineUse use = {.role = self->role,
				      .name = self->name,
				      .engine = self->engine,
				      .language = self->language,
				      .voice = self->voice,
				      .options = self->options};
	OffhookBreakerState before = self->breaker.state;

	offhook_breaker_begin_probe(&self->breaker);
	if (self->probe == NULL)
		self->probe = offhook_engine_probe_new(&use, offhook_health_record_probed_cb, self);
	offhook_health_record_settle(self, before);
}

static void
offhook_engine_health_deadline_cb(gpointer user_data)
{
	OffhookEngineHealth *self = user_data;
	g_autoptr(GPtrArray) records = offhook_engine_health_list(self);
	gint64 now = g_get_monotonic_time();

	for (guint i = 0; i < records->len; i++) {
		OffhookHealthRecord *record = g_ptr_array_index(records, i);

		if (offhook_breaker_get_probe_time(&record->breaker) <= now)
			offhook_health_record_begin_probe(record);
	}
	offhook_engine_health_plan(self);
}

void
offhook_engine_health_hurry(OffhookEngineHealth *self)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, self->records);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		offhook_breaker_hurry(&((OffhookHealthRecord *)value)->breaker,
				      g_get_monotonic_time());
	offhook_engine_health_plan(self);
}

/* ---- records ---- */

/* Options can hold a key to a service: only their digest is kept in what may be shown or logged. */
static char *
offhook_health_record_make_key(const OffhookEngineUse *use)
{
	g_autoptr(GList) names = use->options != NULL ? g_hash_table_get_keys(use->options) : NULL;
	g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);

	names = g_list_sort(names, (GCompareFunc)strcmp);
	for (GList *l = names; l != NULL; l = l->next) {
		const char *value = g_hash_table_lookup(use->options, l->data);

		/* With their zero bytes, which tell where one ends. */
		g_checksum_update(digest, l->data, (gssize)strlen(l->data) + 1);
		g_checksum_update(digest, (const guchar *)value, (gssize)strlen(value) + 1);
	}
	/* The same name is another engine when its section has another plugin since a reload. */
	return g_strdup_printf("%s %s %s %p", offhook_engine_role_to_string(use->role), use->name,
			       g_checksum_get_string(digest), (gpointer)use->engine);
}

static GHashTable *
offhook_health_record_copy_options(GHashTable *options)
{
	GHashTable *copy;
	GHashTableIter iter;
	gpointer name, value;

	if (options == NULL)
		return NULL;
	copy = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_hash_table_iter_init(&iter, options);
	while (g_hash_table_iter_next(&iter, &name, &value))
		g_hash_table_insert(copy, g_strdup(name), g_strdup(value));
	return copy;
}

OffhookHealthRecord *
offhook_engine_health_get(OffhookEngineHealth *self, const OffhookEngineUse *use)
{
	g_autofree char *key = offhook_health_record_make_key(use);
	OffhookHealthRecord *record = g_hash_table_lookup(self->records, key);

	if (record != NULL)
		return offhook_health_record_ref(record);
	record = g_new0(OffhookHealthRecord, 1);
	g_atomic_ref_count_init(&record->ref_count);
	record->health = g_object_ref(self);
	record->key = g_steal_pointer(&key);
	record->name = g_strdup(use->name);
	record->language = g_strdup(use->language);
	record->voice = g_strdup(use->voice);
	record->engine = g_object_ref(use->engine);
	record->options = offhook_health_record_copy_options(use->options);
	record->role = use->role;
	offhook_breaker_init(&record->breaker, &self->config);
	g_hash_table_insert(self->records, record->key, record);
	return record;
}

OffhookHealthRecord *
offhook_health_record_ref(OffhookHealthRecord *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_health_record_unref(OffhookHealthRecord *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_hash_table_remove(self->health->records, self->key);
	g_clear_pointer(&self->probe, offhook_engine_probe_free);
	offhook_engine_health_plan(self->health);
	g_clear_object(&self->engine);
	g_clear_pointer(&self->options, g_hash_table_unref);
	g_free(self->key);
	g_free(self->name);
	g_free(self->language);
	g_free(self->voice);
	g_object_unref(self->health);
	g_free(self);
}

void
offhook_health_record_succeed(OffhookHealthRecord *self)
{
	OffhookBreakerState before = self->breaker.state;

	self->error = NULL;
	offhook_breaker_succeed(&self->breaker, g_get_monotonic_time());
	offhook_health_record_settle(self, before);
}

void
offhook_health_record_fail(OffhookHealthRecord *self, const GError *error)
{
	OffhookBreakerState before = self->breaker.state;
	gboolean lasting = g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION) ||
			   g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION) ||
			   g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);

	if (offhook_engine_error_is_innocent(error))
		return;
	self->error = offhook_error_get_api_code(error);
	offhook_breaker_fail(&self->breaker, g_get_monotonic_time(), lasting);
	offhook_health_record_settle(self, before);
}

gboolean
offhook_health_record_is_usable(OffhookHealthRecord *self)
{
	return self->breaker.state == OFFHOOK_BREAKER_CLOSED;
}

gint64
offhook_health_record_get_success_time(OffhookHealthRecord *self)
{
	return self->breaker.success_us;
}

void
offhook_health_record_get_status(OffhookHealthRecord *self, OffhookHealthStatus *status)
{
	static const char *const states[] = {
	    [OFFHOOK_BREAKER_CLOSED] = "closed",
	    [OFFHOOK_BREAKER_OPEN] = "open",
	    [OFFHOOK_BREAKER_HALF_OPEN] = "half-open",
	};

	*status = (OffhookHealthStatus){
	    .engine = self->name,
	    .role = offhook_engine_role_to_string(self->role),
	    .state = states[self->breaker.state],
	    .failures = offhook_breaker_count_failures(&self->breaker, g_get_monotonic_time()),
	    .error = self->error,
	};
}

JsonObject *
offhook_health_status_to_json(const OffhookHealthStatus *status)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "engine", status->engine);
	json_object_set_string_member(object, "role", status->role);
	json_object_set_string_member(object, "state", status->state);
	json_object_set_int_member(object, "failures", status->failures);
	offhook_json_set_string(object, "error_code", status->error);
	return object;
}

/* ---- all of them ---- */

static gint
offhook_engine_health_compare(gconstpointer a, gconstpointer b)
{
	return strcmp((*(OffhookHealthRecord *const *)a)->key,
		      (*(OffhookHealthRecord *const *)b)->key);
}

GPtrArray *
offhook_engine_health_list(OffhookEngineHealth *self)
{
	GPtrArray *list =
	    g_ptr_array_new_with_free_func((GDestroyNotify)offhook_health_record_unref);
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, self->records);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		g_ptr_array_add(list, offhook_health_record_ref(value));
	g_ptr_array_sort(list, offhook_engine_health_compare);
	return list;
}

OffhookEngineHealth *
offhook_engine_health_new(const OffhookBreakerConfig *config)
{
	OffhookEngineHealth *self = g_object_new(OFFHOOK_TYPE_ENGINE_HEALTH, NULL);

	self->config = config != NULL ? *config : offhook_breaker_defaults;
	return self;
}

static void
offhook_engine_health_finalize(GObject *object)
{
	OffhookEngineHealth *self = OFFHOOK_ENGINE_HEALTH(object);

	offhook_deadline_free(self->deadline);
	g_hash_table_unref(self->records);

	G_OBJECT_CLASS(offhook_engine_health_parent_class)->finalize(object);
}

static void
offhook_engine_health_init(OffhookEngineHealth *self)
{
	self->records = g_hash_table_new(g_str_hash, g_str_equal);
	self->deadline = offhook_deadline_new(offhook_engine_health_deadline_cb, self);
}

static void
offhook_engine_health_class_init(OffhookEngineHealthClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = offhook_engine_health_finalize;
	health_signals[HEALTH_CHANGED] =
	    g_signal_new("changed", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
			 NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}
