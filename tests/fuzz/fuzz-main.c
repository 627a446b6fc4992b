/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Runs a fuzz target without libFuzzer: the seed files given, then many mutations of them from a
 * fixed seed, so that a failure repeats. With -Dfuzz=true libFuzzer's own main() replaces this.
 */

#include <gio/gio.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

#define FUZZ_ROUNDS   3000
#define FUZZ_MAX_SIZE 4096

static void
fuzz_mutate(GRand *rand, GByteArray *input)
{
	guint changes = g_rand_int_range(rand, 1, 8);

	for (guint i = 0; i < changes; i++) {
		guint at = input->len > 0 ? (guint)g_rand_int_range(rand, 0, input->len) : 0;
		guint8 byte = g_rand_int_range(rand, 0, 256);

		switch (g_rand_int_range(rand, 0, 4)) {
		case 0: /* change */
			if (input->len > 0)
				input->data[at] = byte;
			break;
		case 1: /* append */
			if (input->len < FUZZ_MAX_SIZE)
				g_byte_array_append(input, &byte, 1);
			break;
		case 2: /* cut */
			g_byte_array_set_size(input, at);
			break;
		default: /* remove */
			if (input->len > 0)
				g_byte_array_remove_index(input, at);
			break;
		}
	}
}

static void
fuzz_run(const guint8 *data, gsize size)
{
	/* A copy of its own, so that the sanitizer sees a read past the end. */
	guint8 *copy = g_memdup2(data, size);

	LLVMFuzzerTestOneInput(copy, size);
	g_free(copy);
}

static GPtrArray *
fuzz_load_seeds(int argc, char **argv)
{
	GPtrArray *seeds = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

	g_ptr_array_add(seeds, g_bytes_new_static("", 0));
	for (int i = 1; i < argc; i++) {
		g_autoptr(GError) error = NULL;
		char *text = NULL;
		gsize size;

		if (!g_file_get_contents(argv[i], &text, &size, &error))
			g_error("%s", error->message);
		g_ptr_array_add(seeds, g_bytes_new_take(text, size));
	}
	return seeds;
}

int
main(int argc, char **argv)
{
	g_autoptr(GPtrArray) seeds = fuzz_load_seeds(argc, argv);
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);

	for (guint i = 0; i < seeds->len + FUZZ_ROUNDS; i++) {
		GBytes *seed = g_ptr_array_index(
		    seeds, i < seeds->len ? i : (guint)g_rand_int_range(rand, 0, seeds->len));
		g_autoptr(GByteArray) input = g_byte_array_new();
		gsize size;
		const guint8 *data = g_bytes_get_data(seed, &size);

		g_byte_array_append(input, data, size);
		if (i >= seeds->len)
			fuzz_mutate(rand, input);
		fuzz_run(input->data, input->len);
	}
	g_print("%u inputs\n", seeds->len + FUZZ_ROUNDS);
	return 0;
}
