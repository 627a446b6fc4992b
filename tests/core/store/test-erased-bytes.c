/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What was erased or has expired, looked for in the database's own files, byte by byte: rows of many
 * callers lie between each other, some were changed after they were written, and indices have been
 * split many times. Main thread.
 */

#include <harness.h>
#include <string.h>

#include "postgres-server.h"
#include "store-sample.h"
#include "store-sync.h"

#define CALLS   600
#define CALLERS 30
#define VICTIM  7
#define NUMBER  "15557770007" /* without its plus sign: whatever form it has, this is in it */
#define WORD    "zebrafinch"
#define OTHERS  "woodpecker"
#define DIGITS  "7351982604"

static const char *const secrets[] = {NUMBER, WORD, DIGITS, NULL};

/* ---- what is written ---- */

static char *
make_content(GRand *rand, const char *word)
{
	GString *text = g_string_new(NULL);
	/* Some are longer than a page. */
	guint n = g_rand_int_range(rand, 0, 50) == 0 ? 800 : g_rand_int_range(rand, 1, 20);

	for (guint i = 0; i < n; i++)
		g_string_append_printf(text, "%s%u a%u ", word, g_rand_int_range(rand, 0, 40), i);
	return g_string_free(text, FALSE);
}

/* Those of other days are other callers, and none is the victim. */
typedef struct {
	OffhookStore *store;
	GRand *rand;
	gint64 created_us;
	guint area;
	int victim; /* -1: none */
} Day;

static char *
make_number(const Day *day, guint i)
{
	return g_strdup_printf("+1555%03u%04u", day->area, i % CALLERS);
}

static void
put_call(const Day *day, guint i, const char *id)
{
	OffhookStore *store = day->store;
	g_autofree char *number = make_number(day, i);
	g_autofree char *talk_id = g_strconcat(id, "-talk", NULL);
	OffhookCallRecord call = store_sample_call(id);
	OffhookConversationRecord talk = store_sample_conversation(talk_id, id);

	call.from = number;
	call.to = (char *)"+15550100002";
	call.created_us = day->created_us + i;
	store_sample_put_call(store, &call);
	talk.user_id = number;
	store_sample_put_conversation(store, &talk);
	call.status = (char *)"completed";
	call.ended_us = call.created_us + 1;
	call.end_reason = (char *)"completed";
	store_sample_put_call(store, &call);
}

static void
say(const Day *day, guint i, guint round, const char *id)
{
	OffhookStore *store = day->store;
	gboolean victim = (int)(i % CALLERS) == day->victim;
	g_autofree char *number = make_number(day, i);
	g_autofree char *talk_id = g_strconcat(id, "-talk", NULL);
	g_autofree char *message_id = g_strdup_printf("%s-%u", id, round);
	g_autofree char *content = make_content(day->rand, victim ? WORD : OTHERS);
	g_autofree char *data = g_strdup_printf("{\"phone_number\":\"%s\",\"digits\":\"%s\"}",
						number, victim ? DIGITS : "1");
	OffhookMessageRecord message = store_sample_message(message_id, talk_id, id, content);
	OffhookCallEventRecord event = store_sample_event(id, round + 1, "dtmf.received");

	store_sample_add_message(store, &message);
	event.data = data;
	store_sample_add_event(store, &event);
	/* Cut to what was heard: the rest is to be gone, too. */
	if (round % 3 == 0)
		g_assert_true(offhook_store_update_message(store, message_id,
							   victim ? WORD : OTHERS, TRUE, NULL));
}

static void
fill(const Day *day)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < CALLS; i++) {
		g_ptr_array_add(ids, g_strdup_printf("%08x-%u", g_rand_int(day->rand), i));
		put_call(day, i, g_ptr_array_index(ids, i));
	}
	for (guint round = 0; round < 8; round++) {
		for (guint i = 0; i < CALLS; i++)
			if (g_rand_boolean(day->rand) || round == 0)
				say(day, i, round, g_ptr_array_index(ids, i));
		offhook_store_sync_flush(day->store);
	}
}

static void
fill_day(OffhookStore *store, gint64 created_us, gboolean with_victim)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(g_test_rand_int());
	const Day day = {store, rand, created_us, with_victim ? 777 : 888,
			 with_victim ? VICTIM : -1};

	fill(&day);
}

/* ---- what is found ---- */

static guint
count(const char *path, const char *secret)
{
	g_test_message("\"%s\":", secret);
	return harness_count_bytes(path, secret, strlen(secret));
}

static void
check_there(const char *path)
{
	for (guint i = 0; secrets[i] != NULL; i++)
		g_assert_cmpuint(count(path, secrets[i]), >, 10);
}

static void
check_gone(const char *path)
{
	for (guint i = 0; secrets[i] != NULL; i++)
		g_assert_cmpuint(count(path, secrets[i]), ==, 0);
	/* What was not to go is there: a folder that nothing can be found in would prove nothing. */
	g_assert_cmpuint(count(path, OTHERS), >, CALLS);
}

static void
erase(OffhookStore *store)
{
	const OffhookCaller victim = {.number = "+" NUMBER};
	g_autoptr(GPtrArray) counts = offhook_store_sync_erase_caller(store, &victim);
	gint64 rows = 0;

	for (guint i = 0; i < counts->len; i++)
		rows += ((OffhookRowCountRecord *)g_ptr_array_index(counts, i))->rows;
	g_assert_cmpint(rows, >, 3 * CALLS / CALLERS);
}

static void
test_sqlite_erase(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *url = g_strdup_printf("sqlite:%s/calls.db", dir);
	OffhookStore *store = offhook_store_sync_open(url, NULL, NULL);

	g_assert_nonnull(store);
	fill_day(store, STORE_SAMPLE_US, TRUE);
	check_there(dir);
	erase(store);
	offhook_store_sync_scrub(store, OFFHOOK_SCRUB_WHOLE);
	check_gone(dir);
	offhook_store_sync_close(store);
	check_gone(dir);
	harness_remove_dir(dir);
}

/* What is older goes, the victim's and all others'; what is younger stays. */
static void
test_sqlite_expire(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *url = g_strdup_printf("sqlite:%s/calls.db", dir);
	OffhookStore *store = offhook_store_sync_open(url, NULL, NULL);
	gint64 young_us = STORE_SAMPLE_US + 1000000;

	g_assert_nonnull(store);
	fill_day(store, STORE_SAMPLE_US, TRUE);
	fill_day(store, young_us, FALSE);
	check_there(dir);
	while (offhook_store_sync_expire(store, "calls", young_us, 50) > 0)
		;
	offhook_store_sync_scrub(store, OFFHOOK_SCRUB_LIGHT);
	check_gone(dir);
	offhook_store_sync_close(store);
	harness_remove_dir(dir);
}

static void
test_postgres_erase(void)
{
	PostgresServer *server = postgres_server_new();
	g_autofree char *url = NULL;
	g_autofree char *data = NULL;
	OffhookStore *store;

	if (server == NULL) {
		g_test_skip("PostgreSQL is not installed");
		return;
	}
	url = postgres_server_make_database(server);
	data = postgres_server_get_data_dir(server);
	store = offhook_store_sync_open(url, NULL, NULL);
	g_assert_nonnull(store);
	fill_day(store, STORE_SAMPLE_US, TRUE);
	/* The planner's statistics keep samples of what they saw. */
	g_free(postgres_server_ask(server, url, "ANALYZE"));
	g_free(postgres_server_ask(server, url, "CHECKPOINT"));
	check_there(data);
	erase(store);
	offhook_store_sync_scrub(store, OFFHOOK_SCRUB_WHOLE);
	g_free(postgres_server_ask(server, url, "CHECKPOINT"));
	check_gone(data);
	offhook_store_sync_close(store);
	postgres_server_free(server);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/erased-bytes/sqlite/erase", test_sqlite_erase);
	g_test_add_func("/erased-bytes/sqlite/expire", test_sqlite_expire);
	g_test_add_func("/erased-bytes/postgresql/erase", test_postgres_erase);
	return g_test_run();
}
