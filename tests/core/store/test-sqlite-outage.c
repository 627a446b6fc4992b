/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What an SQLite store does while its file can't be written, with real causes: another program's
 * lock, a full disk, a limit on the size of files, a file that is gone or spoilt. Tests that change
 * the process run in one of their own.
 */

#include "harness.h"
#include "store-sample.h"
#include "store-sync.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <offhook/error.h>
#include <sqlite3.h>

#define CAN_MOUNT "/store/sqlite/outage/full-disk/subprocess/can-mount"

typedef struct {
	char *dir;
	char *path;
	char *url;
	OffhookStore *store;
	guint failed;
	guint recovered;
} Fixture;

static void
fixture_failed_cb(OffhookStore *store, const GError *error, Fixture *fixture)
{
	g_test_message("write failed: %s", error->message);
	fixture->failed++;
}

static void
fixture_recovered_cb(OffhookStore *store, Fixture *fixture)
{
	fixture->recovered++;
}

static void
fixture_open(Fixture *fixture, const char *dir)
{
	OffhookStoreOptions options = {.busy_timeout_ms = 20};
	g_autoptr(GError) error = NULL;

	fixture->path = g_build_filename(dir, "store.db", NULL);
	fixture->url = g_strconcat("sqlite:", fixture->path, NULL);
	fixture->store = offhook_store_sync_open(fixture->url, &options, &error);
	g_assert_no_error(error);
	g_signal_connect(fixture->store, "write-failed", G_CALLBACK(fixture_failed_cb), fixture);
	g_signal_connect(fixture->store, "recovered", G_CALLBACK(fixture_recovered_cb), fixture);
	store_sample_begin(fixture->store, "c1");
	offhook_store_sync_flush(fixture->store);
}

static void
fixture_set_up(Fixture *fixture, gconstpointer data)
{
	fixture->dir = harness_make_dir();
	fixture_open(fixture, fixture->dir);
}

static void
fixture_close(Fixture *fixture)
{
	offhook_store_sync_close(fixture->store);
	g_free(fixture->path);
	g_free(fixture->url);
}

static void
fixture_tear_down(Fixture *fixture, gconstpointer data)
{
	fixture_close(fixture);
	harness_remove_dir(fixture->dir);
	g_free(fixture->dir);
}

static gboolean
has_failed(gpointer fixture)
{
	return ((Fixture *)fixture)->failed > 0;
}

static gboolean
has_recovered(gpointer fixture)
{
	return ((Fixture *)fixture)->recovered > 0;
}

static void
say(Fixture *fixture, guint from, guint to)
{
	for (guint i = from; i <= to; i++)
		store_sample_say(fixture->store, "c1", i);
}

/* Asserts one outage, from which it came back by itself with all @count messages. */
static void
check_recovers(Fixture *fixture, guint count)
{
	OffhookStoreStats stats;

	harness_wait_until(has_recovered, fixture, "the recovery");
	offhook_store_sync_flush(fixture->store);
	g_assert_cmpuint(fixture->failed, ==, 1);
	g_assert_cmpuint(fixture->recovered, ==, 1);
	offhook_store_get_stats(fixture->store, &stats);
	g_assert_cmpuint(stats.outages, ==, 1);
	g_assert_cmpuint(stats.refused, ==, 0);
	g_assert_cmpuint(stats.rejected, ==, 0);
	g_assert_false(stats.failing);
	store_sample_check_said(fixture->store, "c1", count);
}

static sqlite3 *
lock(const char *path)
{
	sqlite3 *db;

	g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
	return db;
}

static void
test_locked(Fixture *fixture, gconstpointer data)
{
	sqlite3 *db = lock(fixture->path);

	say(fixture, 1, 50);
	harness_wait_until(has_failed, fixture, "the lock to be noticed");
	say(fixture, 51, 100);
	sqlite3_close(db);
	check_recovers(fixture, 100);
}

static void
test_reads_go_on(Fixture *fixture, gconstpointer data)
{
	sqlite3 *db = lock(fixture->path);

	say(fixture, 1, 1);
	harness_wait_until(has_failed, fixture, "the lock to be noticed");
	store_sample_check_said(fixture->store, "c1", 0);
	sqlite3_close(db);
	check_recovers(fixture, 1);
}

static void
test_flush_tells(Fixture *fixture, gconstpointer data)
{
	sqlite3 *db = lock(fixture->path);
	g_autoptr(GError) first = NULL;
	g_autoptr(GError) again = NULL;

	say(fixture, 1, 1);
	g_assert_false(offhook_store_sync_try_flush(fixture->store, &first));
	g_assert_error(first, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE);
	g_assert_false(offhook_store_sync_try_flush(fixture->store, &again));
	g_assert_error(again, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE);
	sqlite3_close(db);
	offhook_store_sync_flush(fixture->store);
	check_recovers(fixture, 1);
}

static void
test_bounded(Fixture *fixture, gconstpointer data)
{
	OffhookStoreOptions options = {.max_pending = 20, .busy_timeout_ms = 20};
	sqlite3 *db;
	OffhookStoreStats stats;
	OffhookCallRecord call = store_sample_call("c2");
	g_autoptr(GError) error = NULL;
	OffhookStore *store = offhook_store_sync_open(fixture->url, &options, &error);

	g_assert_no_error(error);
	db = lock(fixture->path);
	for (guint i = 0; i < 20; i++)
		store_sample_put_call(store, &call);
	g_assert_false(offhook_store_sync_try_flush(store, NULL));
	g_assert_false(offhook_store_put_call(store, &call, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY);
	offhook_store_get_stats(store, &stats);
	g_assert_cmpuint(stats.pending, ==, 20);
	g_assert_true(stats.failing);
	sqlite3_close(db);
	offhook_store_sync_close(store);
}

static void
test_file_gone(Fixture *fixture, gconstpointer data)
{
	g_autofree char *aside = g_strconcat(fixture->path, ".aside", NULL);

	g_assert_cmpint(g_rename(fixture->path, aside), ==, 0);
	say(fixture, 1, 50);
	harness_wait_until(has_failed, fixture, "the loss to be noticed");
	say(fixture, 51, 60);
	g_assert_cmpint(g_rename(aside, fixture->path), ==, 0);
	check_recovers(fixture, 60);
}

/* Writes noise over the page where the messages begin; the rest of the database is sound. */
static void
spoil(const char *path)
{
	g_autofree char *noise = g_strnfill(4096, '\x5a');
	sqlite3 *db;
	sqlite3_stmt *statement;
	gint64 page;
	int fd;

	g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
	sqlite3_prepare_v2(db, "SELECT rootpage FROM sqlite_master WHERE name = 'messages'", -1,
			   &statement, NULL);
	g_assert_cmpint(sqlite3_step(statement), ==, SQLITE_ROW);
	page = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	fd = g_open(path, O_WRONLY, 0);
	g_assert_cmpint(pwrite(fd, noise, 4096, (page - 1) * 4096), ==, 4096);
	close(fd);
}

static void
test_spoilt(Fixture *fixture, gconstpointer data)
{
	OffhookStoreOptions options = {.busy_timeout_ms = 20};
	g_autofree char *kept = NULL;
	g_autoptr(GError) error = NULL;
	gsize size;

	offhook_store_sync_close(fixture->store);
	g_assert_true(g_file_get_contents(fixture->path, &kept, &size, NULL));
	spoil(fixture->path);
	fixture->store = offhook_store_sync_open(fixture->url, &options, &error);
	g_assert_no_error(error);
	g_signal_connect(fixture->store, "write-failed", G_CALLBACK(fixture_failed_cb), fixture);
	g_signal_connect(fixture->store, "recovered", G_CALLBACK(fixture_recovered_cb), fixture);
	say(fixture, 1, 50);
	harness_wait_until(has_failed, fixture, "the damage to be noticed");
	/* A new file of the same name, as a restored backup is. */
	g_assert_true(g_file_set_contents(fixture->path, kept, (gssize)size, NULL));
	check_recovers(fixture, 50);
}

/* Fills the store until it fails, then some more. Returns how many messages were posted. */
static guint
say_until_failed(Fixture *fixture)
{
	guint count = 0;

	while (fixture->failed == 0) {
		say(fixture, count + 1, count + 100);
		count += 100;
		offhook_store_sync_try_flush(fixture->store, NULL);
		g_assert_cmpuint(count, <, 40000);
	}
	say(fixture, count + 1, count + 500);
	return count + 500;
}

/* A write beyond the limit fails with EFBIG, much as one on a full disk fails with ENOSPC. */
static void
run_file_limit(void)
{
	struct rlimit limit;
	Fixture fixture = {.dir = harness_make_dir()};
	guint count;

	signal(SIGXFSZ, SIG_IGN);
	fixture_open(&fixture, fixture.dir);
	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &limit), ==, 0);
	limit.rlim_cur = 512 * 1024;
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
	count = say_until_failed(&fixture);
	limit.rlim_cur = limit.rlim_max;
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
	check_recovers(&fixture, count);
	fixture_tear_down(&fixture, NULL);
}

static void
write_file(const char *path, const char *text)
{
	int fd = g_open(path, O_WRONLY, 0);

	if (fd >= 0) {
		(void)!write(fd, text, strlen(text));
		close(fd);
	}
}

/*
 * A file system of two megabytes at @dir, as root or as root of a user namespace of our own. An empty
 * database takes half of it.
 */
static gboolean
mount_small(const char *dir)
{
	g_autofree char *map = g_strdup_printf("0 %u 1", (guint)getuid());
	g_autofree char *groups = g_strdup_printf("0 %u 1", (guint)getgid());

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
		return FALSE;
	write_file("/proc/self/setgroups", "deny");
	write_file("/proc/self/uid_map", map);
	write_file("/proc/self/gid_map", groups);
	return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("tmpfs", dir, "tmpfs", 0, "size=2m,mode=0700") == 0;
}

static void
run_full_disk(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *ballast = NULL;
	g_autofree char *bytes = g_strnfill(300 * 1024, 'x');
	Fixture fixture = {NULL};
	guint count;

	g_assert_true(mount_small(dir));
	ballast = g_build_filename(dir, "ballast", NULL);
	g_assert_true(g_file_set_contents(ballast, bytes, -1, NULL));
	fixture_open(&fixture, dir);
	count = say_until_failed(&fixture);
	g_test_message("disk full after %u messages", count);
	g_assert_cmpint(g_unlink(ballast), ==, 0);
	g_assert_cmpint(mount("tmpfs", dir, "tmpfs", MS_REMOUNT, "size=64m"), ==, 0);
	check_recovers(&fixture, count);
	fixture_close(&fixture);
	umount2(dir, MNT_DETACH);
	harness_remove_dir(dir);
}

static void
test_file_limit(void)
{
	if (g_test_subprocess()) {
		run_file_limit();
		return;
	}
	g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
	g_test_trap_assert_passed();
}

/* Some containers, and the threads of some sanitizers, do not let us. */
static void
test_can_mount(void)
{
	g_autofree char *dir = harness_make_dir();
	gboolean can = mount_small(dir);

	umount2(dir, MNT_DETACH);
	harness_remove_dir(dir);
	g_assert_true(can);
}

static void
test_full_disk(void)
{
	if (g_test_subprocess()) {
		run_full_disk();
		return;
	}
	g_test_trap_subprocess(CAN_MOUNT, 0, G_TEST_SUBPROCESS_DEFAULT);
	if (!g_test_trap_has_passed()) {
		g_test_skip("no file system can be mounted here");
		return;
	}
	g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
	g_test_trap_assert_passed();
}

#define ADD(path, func)                                                                            \
	g_test_add("/store/sqlite/outage/" path, Fixture, NULL, fixture_set_up, func,              \
		   fixture_tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("locked", test_locked);
	ADD("reads-go-on", test_reads_go_on);
	ADD("flush-tells", test_flush_tells);
	ADD("bounded", test_bounded);
	ADD("file-gone", test_file_gone);
	ADD("spoilt", test_spoilt);
	g_test_add_func("/store/sqlite/outage/file-limit", test_file_limit);
	g_test_add_func("/store/sqlite/outage/full-disk", test_full_disk);
	g_test_add_func(CAN_MOUNT, test_can_mount);
	return g_test_run();
}
