/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which memories have to do with what is said, and in which order. */

#include "memory/memory-rank.h"

#include <offhook/memory.h>
#include <string.h>

static const struct {
	const char *id;
	const char *key;
	const char *text;
} memories[] = {
    {"window", NULL, "I would like a table by the window."},
    {"nuts", NULL, "Allergic to nuts, hazelnuts most of all"},
    {"table", NULL, "Booked a table for two on Friday"},
    {"name", "name", "Ada"},
    {"parken", NULL,
     "Parkt gerne im Hof, Stra\xc3\x9f"
     "e 5"},
    {"tokyo", NULL, "\xe6\x9d\xb1\xe4\xba\xac"},
};

static GPtrArray *
make_records(void)
{
	GPtrArray *records =
	    g_ptr_array_new_with_free_func((GDestroyNotify)offhook_memory_record_free);

	for (guint i = 0; i < G_N_ELEMENTS(memories); i++) {
		const OffhookMemoryRecord record = {
		    .id = (char *)memories[i].id,
		    .user_id = (char *)"ann",
		    .kind = (char *)"fact",
		    .key = (char *)memories[i].key,
		    .text = (char *)memories[i].text,
		    .created_us = 1000 + i,
		};

		g_ptr_array_add(records, offhook_memory_record_copy(&record));
	}
	return records;
}

static void
check(const char *query, guint limit, const char *expected)
{
	g_autoptr(GPtrArray) records = make_records();
	g_autoptr(GArray) hits = offhook_memory_rank(records, query, NULL, limit);
	g_autoptr(GString) ids = g_string_new(NULL);

	for (guint i = 0; i < hits->len; i++) {
		const OffhookMemoryHit *hit = &g_array_index(hits, OffhookMemoryHit, i);

		g_assert_cmpfloat(hit->score, >, 0);
		g_assert_cmpfloat(hit->score, <=, 1.000001);
		g_string_append_printf(ids, "%s%s", i > 0 ? " " : "", hit->record->id);
	}
	g_assert_cmpstr(ids->str, ==, expected);
}

static void
test_found(void)
{
	check("Do you have something for people with an allergy?", 9, "nuts");
	check("Is there nut oil in it?", 9, "");
	check("the strasse please", 9, "parken");
	check("Wo kann ich PARKEN?", 9, "parken");
	check("\xe6\x9d\xb1\xe4\xba\xac", 9, "tokyo");
	check("what is my name", 9, "name");
}

/* The rarer word counts for more; of two alike the newer comes first. */
static void
test_order(void)
{
	check("a table at the windows", 9, "window table");
	check("tables", 9, "table window");
	check("tables", 1, "table");
	check("Friday table window allergic", 2, "table window");
}

/* In other words, and what is far is not found. */
static void
test_meaning(void)
{
	static const struct {
		const char *id;
		double cosine;
	} rows[] = {{"near", 0.9}, {"nearer", 1}, {"far", 0.1}, {"against", -1}, {"none", 0}};
	g_autoptr(GPtrArray) records = g_ptr_array_new();
	g_autoptr(GHashTable) cosines = g_hash_table_new(g_str_hash, g_str_equal);
	OffhookMemoryRecord all[G_N_ELEMENTS(rows)] = {{0}};
	g_autoptr(GArray) hits = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		all[i].id = (char *)rows[i].id;
		all[i].text = (char *)"words";
		if (rows[i].cosine != 0)
			g_hash_table_insert(cosines, all[i].id, (gpointer)&rows[i].cosine);
		g_ptr_array_add(records, &all[i]);
	}
	hits = offhook_memory_rank(records, "something else", cosines, 9);
	g_assert_cmpuint(hits->len, ==, 2);
	g_assert_cmpstr(g_array_index(hits, OffhookMemoryHit, 0).record->id, ==, "nearer");
	g_assert_cmpfloat(g_array_index(hits, OffhookMemoryHit, 0).score, >, 0.99);
	g_assert_cmpstr(g_array_index(hits, OffhookMemoryHit, 1).record->id, ==, "near");
}

/* What every sentence has, and nothing at all. */
static void
test_nothing(void)
{
	check("", 9, "");
	check(" ... ?!", 9, "");
	check("I would like to have that, please", 9, "");
	check("ich habe eine f\xc3\xbcr dich", 9, "");
	check("zebra", 9, "");
	check("\xff\xfe", 9, "");
}

static void
test_no_memories(void)
{
	g_autoptr(GPtrArray) records = g_ptr_array_new();
	g_autoptr(GArray) hits = offhook_memory_rank(records, "a table", NULL, 9);

	g_assert_cmpuint(hits->len, ==, 0);
}

/* However long they are, and with characters cut in two. */
static void
test_long(void)
{
	g_autofree char *many = g_strnfill(OFFHOOK_MEMORY_MAX_QUERY * 4, 'a');
	g_autoptr(GString) odd = g_string_new("x");

	check(many, 9, "");
	while (odd->len < OFFHOOK_MEMORY_MAX_QUERY * 2)
		g_string_append(odd, "\xc3\xa4");
	check(odd->str, 9, "");
	g_string_prepend(odd, "window ");
	check(odd->str, 9, "window");
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/memory/rank/found", test_found);
	g_test_add_func("/memory/rank/order", test_order);
	g_test_add_func("/memory/rank/meaning", test_meaning);
	g_test_add_func("/memory/rank/nothing", test_nothing);
	g_test_add_func("/memory/rank/no-memories", test_no_memories);
	g_test_add_func("/memory/rank/long", test_long);
	return g_test_run();
}
