/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The look at a shared object before the dynamic linker sees it.
 */

#include "plugin/elf-check.h"

#include "plugin-fixture.h"

#include <elf.h>

typedef struct {
	guint8 *data;
	gsize size;
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
	g_autoptr(GBytes) content = module_content("sample");

	f->size = g_bytes_get_size(content);
	f->data = g_memdup2(g_bytes_get_data(content, NULL), f->size);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	g_free(f->data);
}

static void
assert_refused(const void *data, gsize size, int code)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(offhook_elf_check(data, size, &error));
	g_assert_error(error, OFFHOOK_ERROR, code);
}

static void
test_good(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	const guint8 *object;
	guint32 number;

	g_assert_true(offhook_elf_check(f->data, f->size, &error));
	g_assert_no_error(error);
	object = offhook_elf_find_object(f->data, f->size, "offhook_plugin_info", 16);
	g_assert_nonnull(object);
	memcpy(&number, object, sizeof number);
	g_assert_cmphex(number, ==, 0x4b484f4f);
	g_assert_null(offhook_elf_find_object(f->data, f->size, "offhook_plugin_info", 1 << 20));
	g_assert_null(offhook_elf_find_object(f->data, f->size, "offhook_plugin_inf", 1));
}

/* Each length gets its own block, so that ASan sees the first byte too far. */
static void
test_every_cut(Fixture *f, gconstpointer data)
{
	gsize step = g_test_slow() ? 1 : 97;

	for (gsize size = 0; size < f->size; size += step) {
		g_autofree guint8 *cut = g_memdup2(f->data, size);
		g_autoptr(GError) error = NULL;

		g_assert_false(offhook_elf_check(cut, size, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	}
	assert_refused(f->data, f->size - 1, OFFHOOK_ERROR_FORMAT);
}

static void
test_holes(Fixture *f, gconstpointer data)
{
	/* The size is there, the content is not yet: as after a copy that allocates first. */
	for (gsize from = 4096; from + sizeof(Elf64_Shdr) < f->size; from += 4096) {
		g_autofree guint8 *half = g_memdup2(f->data, f->size);

		memset(half + from, 0, f->size - from);
		assert_refused(half, f->size, OFFHOOK_ERROR_FORMAT);
	}
}

static void
test_damage(Fixture *f, gconstpointer data)
{
	for (guint i = 0; i < 20000; i++) {
		g_autofree guint8 *copy = g_memdup2(f->data, f->size);
		g_autoptr(GError) error = NULL;

		for (guint n = g_test_rand_int_range(1, 5); n > 0; n--) {
			gsize limit = n % 2 == 0 ? 1024 : f->size;

			copy[g_test_rand_int_range(0, limit)] = g_test_rand_int();
		}
		if (offhook_elf_check(copy, f->size, &error))
			offhook_elf_find_object(copy, f->size, "offhook_plugin_info", 100);
		else
			g_assert_nonnull(error);
	}
}

static void
test_other_machine(Fixture *f, gconstpointer data)
{
	guint16 machine = EM_SPARC;

	memcpy(f->data + offsetof(Elf64_Ehdr, e_machine), &machine, sizeof machine);
	assert_refused(f->data, f->size, OFFHOOK_ERROR_INCOMPATIBLE);
}

static void
test_not_elf(void)
{
	assert_refused("#!/bin/sh\necho hello\n", 21, OFFHOOK_ERROR_FORMAT);
	assert_refused("\x7f"
		       "ELF",
		       4, OFFHOOK_ERROR_FORMAT);
	assert_refused("", 0, OFFHOOK_ERROR_FORMAT);
}

static void
test_program(void)
{
	g_autofree char *data = NULL;
	gsize size;

	g_assert_true(g_file_get_contents("/proc/self/exe", &data, &size, NULL));
	assert_refused(data, size, OFFHOOK_ERROR_INCOMPATIBLE);
}

#define ADD(name, function) g_test_add("/elf/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("good", test_good);
	ADD("every-cut", test_every_cut);
	ADD("holes", test_holes);
	ADD("damage", test_damage);
	ADD("other-machine", test_other_machine);
	g_test_add_func("/elf/not-elf", test_not_elf);
	g_test_add_func("/elf/program", test_program);
	return g_test_run();
}
