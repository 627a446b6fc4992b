/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Sanity of a shared object, from <elf.h> alone: every table and segment lies inside the file, the
 * machine is ours, the tables that the dynamic linker follows lie inside the segments. Structures
 * are copied out before use, the file owes us no alignment. Any thread.
 */

#include "plugin/elf-check.h"

#include <offhook/error.h>

#include <elf.h>
#include <string.h>

#if GLIB_SIZEOF_VOID_P == 8
#define OFFHOOK_ELF_CLASS ELFCLASS64
typedef Elf64_Ehdr OffhookElfHeader;
typedef Elf64_Phdr OffhookElfSegment;
typedef Elf64_Shdr OffhookElfSection;
typedef Elf64_Sym OffhookElfSymbol;
typedef Elf64_Dyn OffhookElfDynamic;
#else
#define OFFHOOK_ELF_CLASS ELFCLASS32
typedef Elf32_Ehdr OffhookElfHeader;
typedef Elf32_Phdr OffhookElfSegment;
typedef Elf32_Shdr OffhookElfSection;
typedef Elf32_Sym OffhookElfSymbol;
typedef Elf32_Dyn OffhookElfDynamic;
#endif

#if G_BYTE_ORDER == G_LITTLE_ENDIAN
#define OFFHOOK_ELF_DATA ELFDATA2LSB
#else
#define OFFHOOK_ELF_DATA ELFDATA2MSB
#endif

#if defined(__x86_64__)
#define OFFHOOK_ELF_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define OFFHOOK_ELF_MACHINE EM_AARCH64
#elif defined(__arm__)
#define OFFHOOK_ELF_MACHINE EM_ARM
#elif defined(__i386__)
#define OFFHOOK_ELF_MACHINE EM_386
#elif defined(__riscv)
#define OFFHOOK_ELF_MACHINE EM_RISCV
#elif defined(__powerpc64__)
#define OFFHOOK_ELF_MACHINE EM_PPC64
#elif defined(__s390x__)
#define OFFHOOK_ELF_MACHINE EM_S390
#else
#error "Which ELF machine is this? Add it here."
#endif

#define OFFHOOK_ELF_SEGMENTS_MAX 128
#define OFFHOOK_ELF_SECTIONS_MAX 4096
#define OFFHOOK_ELF_MEMORY_MAX   (G_GUINT64_CONSTANT(1) << 30)

static gboolean
offhook_elf_fail(GError **error, OffhookError code, const char *what)
{
	g_set_error_literal(error, OFFHOOK_ERROR, code, what);
	return FALSE;
}

static gboolean
offhook_elf_is_inside(guint64 offset, guint64 length, guint64 size)
{
	return offset <= size && length <= size - offset;
}

static OffhookElfHeader
offhook_elf_get_header(const guint8 *data)
{
	OffhookElfHeader header;

	memcpy(&header, data, sizeof header);
	return header;
}

static OffhookElfSegment
offhook_elf_get_segment(const guint8 *data, const OffhookElfHeader *header, guint index)
{
	OffhookElfSegment segment;

	memcpy(&segment, data + header->e_phoff + index * sizeof segment, sizeof segment);
	return segment;
}

static OffhookElfSection
offhook_elf_get_section(const guint8 *data, const OffhookElfHeader *header, guint index)
{
	OffhookElfSection section;

	memcpy(&section, data + header->e_shoff + index * sizeof section, sizeof section);
	return section;
}

static gboolean
offhook_elf_check_header(const guint8 *data, gsize size, GError **error)
{
	OffhookElfHeader header;

	if (size < SELFMAG || memcmp(data, ELFMAG, SELFMAG) != 0)
		return offhook_elf_fail(error, OFFHOOK_ERROR_FORMAT, "not a shared object");
	if (size < sizeof header)
		return offhook_elf_fail(error, OFFHOOK_ERROR_FORMAT, "the file is cut short");
	header = offhook_elf_get_header(data);
	if (header.e_ident[EI_CLASS] != OFFHOOK_ELF_CLASS ||
	    header.e_ident[EI_DATA] != OFFHOOK_ELF_DATA || header.e_machine != OFFHOOK_ELF_MACHINE)
		return offhook_elf_fail(error, OFFHOOK_ERROR_INCOMPATIBLE,
					"built for another kind of machine");
	if (header.e_ident[EI_VERSION] != EV_CURRENT || header.e_version != EV_CURRENT)
		return offhook_elf_fail(error, OFFHOOK_ERROR_FORMAT, "unknown version of ELF");
	if (header.e_type != ET_DYN)
		return offhook_elf_fail(error, OFFHOOK_ERROR_INCOMPATIBLE,
					"an ELF file, but not a shared object");
	if (header.e_phentsize != sizeof(OffhookElfSegment) || header.e_phnum == 0 ||
	    header.e_phnum > OFFHOOK_ELF_SEGMENTS_MAX ||
	    header.e_shentsize != sizeof(OffhookElfSection) || header.e_shnum == 0 ||
	    header.e_shnum > OFFHOOK_ELF_SECTIONS_MAX)
		return offhook_elf_fail(error, OFFHOOK_ERROR_FORMAT,
					"no usable table of segments and sections");
	/* Linkers put the sections' table last, so this alone notices nearly every cut. */
	if (!offhook_elf_is_inside(header.e_phoff, header.e_phnum * sizeof(OffhookElfSegment),
				   size) ||
	    !offhook_elf_is_inside(header.e_shoff, header.e_shnum * sizeof(OffhookElfSection),
				   size))
		return offhook_elf_fail(error, OFFHOOK_ERROR_FORMAT, "the file is cut short");
	return TRUE;
}

static gboolean
offhook_elf_check_load(const OffhookElfSegment *segment, GError **error)
{
	guint64 align = segment->p_align;

	if (segment->p_memsz < segment->p_filesz || segment->p_memsz > OFFHOOK_ELF_MEMORY_MAX ||
	    segment->p_vaddr > OFFHOOK_ELF_MEMORY_MAX)
		return offhook_elf_fail(error, OFFHOOK_ERROR_FORMAT,
					"a segment's sizes make no sense");
	if (align > 1 && ((align & (align - 1)) != 0 ||
			  ((segment->p_vaddr - segment->p_offset) & (align - 1)) != 0))
		return offhook_elf_fail(error, OFFHOOK_ERROR_FORMAT,
					"a segment's alignment makes no sense");
	return TRUE;
}

static gboolean
offhook_elf_check_segments(const guint8 *data, gsize size, GError **error)
{
	OffhookElfHeader header = offhook_elf_get_header(data);
	guint loads = 0, dynamics = 0;
	guint64 last = 0;

	for (guint i = 0; i < header.e_phnum; i++) {
		OffhookElfSegment segment = offhook_elf_get_segment(data, &header, i);

		if (segment.p_type != PT_NULL &&
		    !offhook_elf_is_inside(segment.p_offset, segment.p_filesz, size))
			return offhook_elf_fail(error, OFFHOOK_ERROR_FORMAT,
						"the file is cut short");
		if (segment.p_type == PT_INTERP)
			return offhook_elf_fail(error, OFFHOOK_ERROR_INCOMPATIBLE,
						"a program, not a shared object");
		dynamics += segment.p_type == PT_DYNAMIC;
		if (segment.p_type != PT_LOAD)
			continue;
		if (!offhook_elf_check_load(&segment, error))
			return FALSE;
		/* The linker reserves from the first to the last: they come in order. */
		if (loads++ > 0 && segment.p_vaddr < last)
			return offhook_elf_fail(error, OFFHOOK_ERROR_FORMAT,
						"the segments overlap");
		last = segment.p_vaddr + segment.p_memsz;
	}
	if (loads == 0 || dynamics != 1)
		return offhook_elf_fail(error, OFFHOOK_ERROR_FORMAT, "nothing to load in it");
	return TRUE;
}

static gboolean
offhook_elf_check_sections(const guint8 *data, gsize size, GError **error)
{
	OffhookElfHeader header = offhook_elf_get_header(data);
	gboolean symbols = FALSE;

	for (guint i = 0; i < header.e_shnum; i++) {
		OffhookElfSection section = offhook_elf_get_section(data, &header, i);

		symbols |= section.sh_type == SHT_DYNSYM;
		if (section.sh_type != SHT_NULL && section.sh_type != SHT_NOBITS &&
		    !offhook_elf_is_inside(section.sh_offset, section.sh_size, size))
			return offhook_elf_fail(error, OFFHOOK_ERROR_FORMAT,
						"the file is cut short");
	}
	/* The sections' names usually come last: zeros there are an end not written yet. */
	if (!symbols || header.e_shstrndx >= header.e_shnum ||
	    offhook_elf_get_section(data, &header, header.e_shstrndx).sh_type != SHT_STRTAB)
		return offhook_elf_fail(error, OFFHOOK_ERROR_FORMAT,
					"its table of sections is not complete");
	return TRUE;
}

/* The file's bytes that will be at @address, %NULL when not all of them come from the file. */
static const guint8 *
offhook_elf_resolve(const guint8 *data, guint64 address, guint64 length)
{
	OffhookElfHeader header = offhook_elf_get_header(data);

	for (guint i = 0; i < header.e_phnum; i++) {
		OffhookElfSegment segment = offhook_elf_get_segment(data, &header, i);

		if (segment.p_type == PT_LOAD && address >= segment.p_vaddr &&
		    offhook_elf_is_inside(address - segment.p_vaddr, length, segment.p_filesz))
			return data + segment.p_offset + (address - segment.p_vaddr);
	}
	return NULL;
}

/* The tables that the dynamic linker follows without asking. */
static gboolean
offhook_elf_check_dynamic(const guint8 *data, const OffhookElfSegment *segment, GError **error)
{
	gboolean strings = FALSE, symbols = FALSE, end = FALSE;
	guint64 n = segment->p_filesz / sizeof(OffhookElfDynamic);

	for (guint64 i = 0; i < n && !end; i++) {
		OffhookElfDynamic entry;

		memcpy(&entry, data + segment->p_offset + i * sizeof entry, sizeof entry);
		switch (entry.d_tag) {
		case DT_NULL:
			end = TRUE;
			continue;
		case DT_STRTAB:
			strings = TRUE;
			break;
		case DT_SYMTAB:
			symbols = TRUE;
			break;
		case DT_HASH:
		case DT_GNU_HASH:
		case DT_RELA:
		case DT_REL:
		case DT_JMPREL:
		case DT_VERSYM:
		case DT_VERNEED:
		case DT_VERDEF:
		case DT_INIT_ARRAY:
			break;
		default:
			continue;
		}
		if (offhook_elf_resolve(data, entry.d_un.d_ptr, 1) == NULL)
			return offhook_elf_fail(error, OFFHOOK_ERROR_FORMAT,
						"a table lies outside of the file");
	}
	if (!end || !strings || !symbols)
		return offhook_elf_fail(error, OFFHOOK_ERROR_FORMAT,
					"the table of dynamic linking is not complete");
	return TRUE;
}

gboolean
offhook_elf_check(const guint8 *data, gsize size, GError **error)
{
	OffhookElfHeader header;

	if (!offhook_elf_check_header(data, size, error) ||
	    !offhook_elf_check_segments(data, size, error) ||
	    !offhook_elf_check_sections(data, size, error))
		return FALSE;
	header = offhook_elf_get_header(data);
	for (guint i = 0; i < header.e_phnum; i++) {
		OffhookElfSegment segment = offhook_elf_get_segment(data, &header, i);

		if (segment.p_type == PT_DYNAMIC)
			return offhook_elf_check_dynamic(data, &segment, error);
	}
	return FALSE;
}

/* Whether @symbol, with its name in @strings, is the exported variable @name. */
static gboolean
offhook_elf_is_object(const guint8 *data, const OffhookElfSection *strings,
		      const OffhookElfSymbol *symbol, const char *name)
{
	gsize length = strlen(name) + 1; /* the 0 at the end is compared too */

	return symbol->st_shndx != SHN_UNDEF && (symbol->st_info & 0xf) == STT_OBJECT &&
	       offhook_elf_is_inside(symbol->st_name, length, strings->sh_size) &&
	       memcmp(data + strings->sh_offset + symbol->st_name, name, length) == 0;
}

static const guint8 *
offhook_elf_search_symbols(const guint8 *data, const OffhookElfSection *symbols,
			   const OffhookElfSection *strings, const char *name, gsize length)
{
	for (guint64 i = 0; i < symbols->sh_size / sizeof(OffhookElfSymbol); i++) {
		OffhookElfSymbol symbol;

		memcpy(&symbol, data + symbols->sh_offset + i * sizeof symbol, sizeof symbol);
		if (offhook_elf_is_object(data, strings, &symbol, name))
			return symbol.st_size >= length
				   ? offhook_elf_resolve(data, symbol.st_value, length)
				   : NULL;
	}
	return NULL;
}

const guint8 *
offhook_elf_find_object(const guint8 *data, gsize size, const char *name, gsize length)
{
	OffhookElfHeader header = offhook_elf_get_header(data);

	for (guint i = 0; i < header.e_shnum; i++) {
		OffhookElfSection symbols = offhook_elf_get_section(data, &header, i);
		OffhookElfSection strings;

		if (symbols.sh_type != SHT_DYNSYM || symbols.sh_link >= header.e_shnum)
			continue;
		strings = offhook_elf_get_section(data, &header, symbols.sh_link);
		if (strings.sh_type == SHT_STRTAB)
			return offhook_elf_search_symbols(data, &symbols, &strings, name, length);
	}
	return NULL;
}
