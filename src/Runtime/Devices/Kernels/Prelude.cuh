// What the kernels of this folder say, in CUDA C++; Prelude.cl says the same in OpenCL C.
typedef float real;
typedef double extended;  // in which sums and summaries of many steps are taken
#define LARGEST 1.7976931348623157e308  // that is finite
typedef long long index;  // 64 bits: tensors may have more than 2^31 numbers
typedef unsigned long long word;
typedef unsigned short half_word;

#define BITS_OF(x) __float_as_uint(x)  // of a real
#define REAL_OF(bits) __uint_as_float(bits)

#define KERNEL extern "C" __global__
#define CHAIN_KERNEL extern "C" __global__ __launch_bounds__(CHAIN_ITEMS, CHAIN_GROUPS)
#define GROUP_KERNEL extern "C" __global__ __launch_bounds__(ITEMS, 1)  // whose text is for groups of ITEMS items
#define FUNCTION __device__ __forceinline__
#define TEMPLATE FUNCTION  // a function of constants, which is compiled anew for each call
#define UNROLL _Pragma("unroll")  // before a loop over what an item keeps in registers
#define GLOBAL
#define LOCAL __shared__  // shared by the items of a group; declared at the start of a kernel
#define SHARED            // of a pointer to such memory
#define CONSTANT __constant__
#define GROUP_MEMORY extern __shared__ __align__(16) extended group_memory[]  // as much as a launch asks for
#define GROUP_REALS(name, count) GROUP_MEMORY; real* const name = (real*)group_memory
#define BARRIER() __syncthreads()
#define MEMORY_BARRIER() __syncthreads()

#define ITEM ((index)blockIdx.x * blockDim.x + threadIdx.x)  // among all items along x
#define GROUP ((index)blockIdx.x)
#define GROUPS ((index)gridDim.x)
#define LANE ((int)threadIdx.x)                              // within the group
#define LANES ((int)blockDim.x)
#define GROUP_Y ((index)blockIdx.y)
#define GROUPS_Y ((index)gridDim.y)
#define LANE_Y ((int)threadIdx.y)

#define MOST_AHEAD(steps) (steps)  // that an item has on their way from memory

// ADDRESS(x) stands for memory among a kernel's parameters (devices without addresses need two); REALS(x), EXTENDED(x), INTS(x) are the pointer, null where nothing was given.
#define ADDRESS(x) char* x##_base
#define REALS(x) ((real*)x##_base)
#define EXTENDED(x) ((extended*)x##_base)
#define INTS(x) ((int*)x##_base)
#define INDICES(x) ((index*)x##_base)

// The elementary functions by their names in OpenCL C, which take a float as a float.
#define INFINITY __int_as_float(0x7f800000)
#define NAN __int_as_float(0x7fffffff)
FUNCTION float fabs_of(float x) { return fabsf(x); }
FUNCTION double fabs_of(double x) { return fabs(x); }
FUNCTION float fma_of(float x, float y, float z) { return fmaf(x, y, z); }
FUNCTION double fma_of(double x, double y, double z) { return fma(x, y, z); }
FUNCTION float exp_of(float x) { return expf(x); }
FUNCTION double exp_of(double x) { return exp(x); }
FUNCTION float log_of(float x) { return logf(x); }
FUNCTION double log_of(double x) { return log(x); }
FUNCTION float sqrt_of(float x) { return sqrtf(x); }
FUNCTION double sqrt_of(double x) { return sqrt(x); }
FUNCTION float log1p_of(float x) { return log1pf(x); }
FUNCTION double log1p_of(double x) { return log1p(x); }
#define fabs fabs_of
#define fma fma_of
#define exp exp_of
#define log log_of
#define log1p log1p_of
#define tanh tanhf
#define erf erff
#define sqrt sqrt_of
#define rsqrt rsqrtf
#define sin sinf
#define cos cosf
#define pow powf
FUNCTION float sign(float x) { return x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : 0.0f; }
