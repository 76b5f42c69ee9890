// What the kernels of this folder say, in CUDA C++; Prelude.cl says the same in OpenCL C.
typedef float real;
typedef long long index;  // 64 bits: tensors may have more than 2^31 numbers
typedef unsigned long long word;

#define KERNEL extern "C" __global__
#define FUNCTION __device__ __forceinline__
#define GLOBAL
#define LOCAL __shared__  // shared by the items of a group; declared at the start of a kernel
#define CONSTANT __constant__
#define BARRIER() __syncthreads()

#define ITEM ((index)blockIdx.x * blockDim.x + threadIdx.x)  // among all items along x
#define GROUP ((index)blockIdx.x)
#define GROUPS ((index)gridDim.x)
#define LANE ((int)threadIdx.x)                              // within the group
#define LANES ((int)blockDim.x)
#define GROUP_Y ((index)blockIdx.y)
#define GROUPS_Y ((index)gridDim.y)
#define LANE_Y ((int)threadIdx.y)

// Devices without addresses (OpenCL) name memory by a buffer and a distance in it. ADDRESS(x) stands for both among a kernel's parameters;
// REALS(x), DOUBLES(x), INTS(x) are the pointer, null where nothing was given.
#define ADDRESS(x) char* x##_base, index x##_bytes
#define REALS(x) ((real*)(x##_base + x##_bytes))
#define DOUBLES(x) ((double*)(x##_base + x##_bytes))
#define INTS(x) ((int*)(x##_base + x##_bytes))
#define INDICES(x) ((index*)(x##_base + x##_bytes))
