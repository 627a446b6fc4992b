/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Runs a fuzz target without libFuzzer, as an ordinary test: the files named on the command line,
 * then inputs made of them (and of nothing) by chance. "-runs=N" says how many, "-seed=N" which.
 */

#include <glib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

#define LONGEST_INPUT 4096

/* A few edits of the kinds that parsers stumble over. */
static void
mutate(GByteArray *input, GRand *random)
{
	gint edits = g_rand_int_range(random, 1, 12);

	for (gint i = 0; i < edits; i++) {
		guint at =
		    input->len > 0 ? (guint)g_rand_int_range(random, 0, (gint)input->len) : 0;
		guint8 bytes[16];
		guint n = (guint)g_rand_int_range(random, 1, (gint)G_N_ELEMENTS(bytes));

		for (guint k = 0; k < n; k++)
			bytes[k] = (guint8)g_rand_int_range(random, 0, 256);
		switch (g_rand_int_range(random, 0, 4)) {
		case 0: /* overwrite */
			for (guint k = 0; k < n && at + k < input->len; k++)
				input->data[at + k] = bytes[k];
			break;
		case 1: /* remove */
			if (input->len > 0)
				g_byte_array_remove_range(input, at, MIN(n, input->len - at));
			break;
		case 2: /* cut off */
			if (g_rand_int_range(random, 0, 8) == 0)
				g_byte_array_set_size(input, at);
			break;
		default: /* repeat a part at the end, or add something new */
			if (input->len > 0 && g_rand_boolean(random)) {
				n = MIN(n * 8, input->len - at);
				g_autofree guint8 *copy = g_memdup2(input->data + at, n);

				g_byte_array_append(input, copy, n);
			} else {
				g_byte_array_append(input, bytes, n);
			}
			break;
		}
	}
	if (input->len > LONGEST_INPUT)
		g_byte_array_set_size(input, LONGEST_INPUT);
}

static void
run(const guint8 *data, gsize size)
{
	/* A copy of exactly this size, so that a sanitizer sees a read beyond its end. */
	g_autofree guint8 *copy = g_memdup2(data, size);

	LLVMFuzzerTestOneInput(copy, size);
}

int
main(int argc, char **argv)
{
	g_autoptr(GPtrArray) seeds = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	GRand *random;
	guint runs = 2000, seed = 1;

	for (int i = 1; i < argc; i++) {
		g_autoptr(GError) error = NULL;
		char *data;
		gsize size;

		if (g_str_has_prefix(argv[i], "-runs=")) {
			runs = (guint)g_ascii_strtoull(argv[i] + 6, NULL, 10);
		} else if (g_str_has_prefix(argv[i], "-seed=")) {
			seed = (guint)g_ascii_strtoull(argv[i] + 6, NULL, 10);
		} else if (g_file_get_contents(argv[i], &data, &size, &error)) {
			run((const guint8 *)data, size);
			g_ptr_array_add(seeds, g_bytes_new_take(data, size));
		} else {
			g_printerr("%s\n", error->message);
			return 2;
		}
	}
	random = g_rand_new_with_seed(seed);
	for (guint i = 0; i < runs; i++) {
		g_autoptr(GByteArray) input = g_byte_array_new();

		if (seeds->len > 0 && g_rand_int_range(random, 0, 8) != 0) {
			GBytes *from =
			    g_ptr_array_index(seeds, g_rand_int_range(random, 0, (gint)seeds->len));

			g_byte_array_append(input, g_bytes_get_data(from, NULL),
					    (guint)MIN(g_bytes_get_size(from), LONGEST_INPUT));
		}
		mutate(input, random);
		run(input->data, input->len);
	}
	g_rand_free(random);
	g_print("%u seeds, %u made inputs\n", seeds->len, runs);
	return 0;
}
