/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Tells whoever opens a store how far bringing its schema up to date is. The thread that migrates says that
 * it is at work as often as it likes; of that so much gets through as was asked for.
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

typedef struct _OffhookMigrationWatch OffhookMigrationWatch;

/** Tells in the main thread. @options: whom and how often; nothing of it is kept */
OffhookMigrationWatch *offhook_migration_watch_new(const OffhookStoreOptions *options);
/** Tells in the calling thread, which does nothing else. */
OffhookMigrationWatch *offhook_migration_watch_new_direct(const OffhookStoreOptions *options);
OffhookMigrationWatch *offhook_migration_watch_ref(OffhookMigrationWatch *self);
void offhook_migration_watch_unref(OffhookMigrationWatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookMigrationWatch, offhook_migration_watch_unref)

/** Nothing is told after that. Main thread. */
void offhook_migration_watch_stop(OffhookMigrationWatch *self);

/* The thread that migrates: */

/** A migration begins; the first, with what comes before it, when its @name is %NULL. */
void offhook_migration_watch_begin(OffhookMigrationWatch *self, guint version, guint latest,
				   const char *name);
/** How often it is told. */
guint offhook_migration_watch_get_ms(OffhookMigrationWatch *self);
/** Whether it is time to tell. */
gboolean offhook_migration_watch_is_due(OffhookMigrationWatch *self);
/**
 * Tells, whether it is time or not.
 * @waits_for: (nullable): what keeps it
 * @moves: whether it, or who keeps it, gets on
 */
void offhook_migration_watch_tell(OffhookMigrationWatch *self, const char *waits_for,
				  gboolean moves);

G_END_DECLS
