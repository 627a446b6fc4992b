/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Headers at the borders of their three lengths, malformed ones, and the mask at every offset.
 */

#include <offhook/websocket-header.h>

#include <string.h>

static void
offhook_test_header_lengths(void)
{
	static const guint64 lengths[] = {0, 125, 126, 65535, 65536, G_MAXINT64};
	static const gsize sizes[] = {2, 2, 4, 4, 10, 10};

	for (guint i = 0; i < G_N_ELEMENTS(lengths); i++) {
		guint8 bytes[OFFHOOK_WEBSOCKET_HEADER_MAX];
		OffhookWebsocketHeader header;
		gsize size = offhook_websocket_header_write(2, lengths[i], bytes);

		g_assert_cmpuint(size, ==, sizes[i]);
		for (gsize n = 0; n < size; n++)
			g_assert_cmpint(offhook_websocket_header_parse(&header, bytes, n), ==, 0);
		g_assert_cmpint(offhook_websocket_header_parse(&header, bytes, size), ==, size);
		g_assert_true(header.fin);
		g_assert_false(header.masked);
		g_assert_cmpuint(header.opcode, ==, 2);
		g_assert_cmpuint(header.length, ==, lengths[i]);
	}
}

static void
offhook_test_header_malformed(void)
{
	static const struct {
		const char *bytes;
		gsize size;
	} bad[] = {
	    {"\x82\x7e\x00\x7d", 4},                          /* 125 in two bytes */
	    {"\x82\x7f\x00\x00\x00\x00\x00\x00\xff\xff", 10}, /* 65,535 in eight */
	    {"\x82\x7f\x80\x00\x00\x00\x00\x00\x00\x00", 10}, /* below zero */
	    {"\x09\x00", 2},                                  /* half a ping */
	    {"\x89\x7e\x01\x00", 4},                          /* a long one */
	};
	OffhookWebsocketHeader header;

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
		g_assert_cmpint(offhook_websocket_header_parse(
				    &header, (const guint8 *)bad[i].bytes, bad[i].size),
				==, -1);
}

static void
offhook_test_header_mask(void)
{
	static const guint8 mask[4] = {0x12, 0x34, 0x56, 0x78};
	guint8 data[40];

	for (guint offset = 0; offset < 9; offset++) {
		for (gsize size = 0; size <= sizeof(data); size++) {
			memset(data, 0, sizeof(data));
			offhook_websocket_unmask(data, size, mask, offset);
			for (gsize i = 0; i < sizeof(data); i++)
				g_assert_cmphex(data[i], ==, i < size ? mask[(offset + i) % 4] : 0);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/websocket-header/lengths", offhook_test_header_lengths);
	g_test_add_func("/websocket-header/malformed", offhook_test_header_malformed);
	g_test_add_func("/websocket-header/mask", offhook_test_header_mask);
	return g_test_run();
}
