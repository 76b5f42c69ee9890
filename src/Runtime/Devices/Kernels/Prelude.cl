// What the kernels of this folder say, in OpenCL C 1.2; Prelude.cuh says the same in CUDA C++.

typedef float real;
// In which sums and summaries of many steps are taken: double precision, where a device has it.
#ifdef WITHOUT_DOUBLE
typedef float extended;
#define LARGEST 3.402823466e38f  // that is finite
#else
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
typedef double extended;
#define LARGEST 1.7976931348623157e308
#endif
typedef long index;  // 64 bits: tensors may have more than 2^31 numbers
typedef ulong word;
typedef ushort half_word;

#define BITS_OF(x) as_uint(x)  // of a real
#define REAL_OF(bits) as_float(bits)

#define KERNEL __kernel
#define FUNCTION static inline
#define TEMPLATE static inline __attribute__((always_inline))  // a function of constants, which is compiled anew for each call

// Before a loop over what an item keeps in registers. A processor has none to spare, and PoCL 3.1 (LLVM 15) makes something else of products that are so unrolled.
#ifdef ON_PROCESSOR
#define UNROLL
#else
#define UNROLL _Pragma("unroll")
#endif
#define GLOBAL __global
#define LOCAL __local    // shared by the items of a group; declared at the start of a kernel
#define SHARED __local   // of a pointer to such memory
#define CONSTANT __constant
#define BARRIER() barrier(CLK_LOCAL_MEM_FENCE)
#define MEMORY_BARRIER() barrier(CLK_GLOBAL_MEM_FENCE)  // what items of a group wrote to GLOBAL memory, too
#define GROUP_KERNEL __kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1)))  // whose text is for groups of ITEMS items
#define GROUP_REALS(name, count) LOCAL real name[count] __attribute__((aligned(16)))

#define ITEM ((index)get_global_id(0))         // among all items along x
#define GROUP ((index)get_group_id(0))
#define GROUPS ((index)get_num_groups(0))
#define LANE ((int)get_local_id(0))            // within the group
#define LANES ((int)get_local_size(0))
#define GROUP_Y ((index)get_group_id(1))
#define GROUPS_Y ((index)get_num_groups(1))
#define LANE_Y ((int)get_local_id(1))

// Steps that an item has on its way from memory: the loops over them are unrolled, and drivers take their time over long texts.
#define MOST_AHEAD(steps) ((steps) < 2 ? (steps) : 2)

// Devices without addresses (OpenCL) name memory by a buffer and a distance in it. ADDRESS(x) stands for both among a kernel's parameters;
// REALS(x), EXTENDED(x), INTS(x) are the pointer, null where nothing was given.
#define ADDRESS(x) __global char* x##_base, index x##_bytes
#define REALS(x) ((__global real*)(x##_base + x##_bytes))
#define EXTENDED(x) ((__global extended*)(x##_base + x##_bytes))
#define INTS(x) ((__global int*)(x##_base + x##_bytes))
#define INDICES(x) ((__global index*)(x##_base + x##_bytes))
