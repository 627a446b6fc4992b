/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is told is copied and posted to the main loop. The thread that migrates has the rest for itself.
 */

#include "store/sql/migration-watch.h"

#include <offhook/context.h>

#define OFFHOOK_MIGRATION_WATCH_MS 10000

struct _OffhookMigrationWatch {
	gatomicrefcount refs;
	OffhookStoreMigrationFunc func; /* (nullable): nobody wants to know */
	gpointer data;
	guint every_ms;
	gboolean direct;

	/* The thread's: */
	guint version;
	guint latest;
	char *name; /* (nullable) */
	gint64 begun_us;
	gint64 told_us;
};

typedef struct {
	OffhookMigrationWatch *watch;
	OffhookStoreMigration migration; /* its texts are owned */
} OffhookMigrationNews;

static OffhookMigrationWatch *
offhook_migration_watch_make(const OffhookStoreOptions *options, gboolean direct)
{
	OffhookMigrationWatch *self = g_new0(OffhookMigrationWatch, 1);

	g_atomic_ref_count_init(&self->refs);
	self->func = options->migration;
	self->data = options->migration_data;
	self->every_ms =
	    options->migration_ms != 0 ? options->migration_ms : OFFHOOK_MIGRATION_WATCH_MS;
	self->direct = direct;
	return self;
}

OffhookMigrationWatch *
offhook_migration_watch_new(const OffhookStoreOptions *options)
{
	return offhook_migration_watch_make(options, FALSE);
}

OffhookMigrationWatch *
offhook_migration_watch_new_direct(const OffhookStoreOptions *options)
{
	return offhook_migration_watch_make(options, TRUE);
}

OffhookMigrationWatch *
offhook_migration_watch_ref(OffhookMigrationWatch *self)
{
	g_atomic_ref_count_inc(&self->refs);
	return self;
}

void
offhook_migration_watch_unref(OffhookMigrationWatch *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->refs))
		return;
	g_free(self->name);
	g_free(self);
}

void
offhook_migration_watch_stop(OffhookMigrationWatch *self)
{
	self->func = NULL;
}

void
offhook_migration_watch_begin(OffhookMigrationWatch *self, guint version, guint latest,
			      const char *name)
{
	self->version = version;
	self->latest = latest;
	g_free(self->name);
	self->name = g_strdup(name);
	self->begun_us = g_get_monotonic_time();
	/* Many take no time: of one that does not, nothing is told. */
	if (self->told_us == 0)
		self->told_us = self->begun_us;
}

guint
offhook_migration_watch_get_ms(OffhookMigrationWatch *self)
{
	return self->every_ms;
}

gboolean
offhook_migration_watch_is_due(OffhookMigrationWatch *self)
{
	return g_get_monotonic_time() - self->told_us >= (gint64)self->every_ms * 1000;
}

static void
offhook_migration_news_free(gpointer data)
{
	OffhookMigrationNews *news = data;

	g_free((char *)news->migration.name);
	g_free((char *)news->migration.waits_for);
	offhook_migration_watch_unref(news->watch);
	g_free(news);
}

static void
offhook_migration_news_tell(gpointer data)
{
	const OffhookMigrationNews *news = data;

	if (news->watch->func != NULL)
		news->watch->func(&news->migration, news->watch->data);
}

void
offhook_migration_watch_tell(OffhookMigrationWatch *self, const char *waits_for, gboolean moves)
{
	OffhookMigrationNews *news = g_new0(OffhookMigrationNews, 1);

	self->told_us = g_get_monotonic_time();
	news->watch = offhook_migration_watch_ref(self);
	news->migration = (OffhookStoreMigration){
	    .name = g_strdup(self->name),
	    .version = self->version,
	    .latest = self->latest,
	    .seconds = (guint)((self->told_us - self->begun_us) / G_USEC_PER_SEC),
	    .waits_for = g_strdup(waits_for),
	    .moves = moves,
	};
	if (!self->direct) {
		offhook_context_post(NULL, offhook_migration_news_tell, news,
				     offhook_migration_news_free);
		return;
	}
	offhook_migration_news_tell(news);
	offhook_migration_news_free(news);
}

char *
offhook_store_migration_describe(const OffhookStoreMigration *self)
{
	GString *text = g_string_new("the schema is being brought up to date");

	if (self->name != NULL)
		g_string_append_printf(text, ": %s (%u of %u)", self->name, self->version,
				       self->latest);
	g_string_append_printf(text, ", for %u s now", self->seconds);
	if (self->waits_for != NULL)
		g_string_append_printf(text, "; waits for %s", self->waits_for);
	return g_string_free(text, FALSE);
}
